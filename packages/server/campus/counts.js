/**
 * Counts what is recorded on this page, by what has become of it. Not asked of the feed: that comes late, and the page's own count
 * must miss nothing.
 */
export function countReceipts(onChange) {
  const receipts = new Map();

  document.addEventListener('learning-statement', ({ statement, receipt }) => {
    if (receipts.has(statement.id)) return;
    receipts.set(statement.id, receipt);
    receipt.subscribe(count);
    count();
  });

  function count() {
    const statuses = [...receipts.values()].map(({ status }) => status);
    const stored = statuses.filter((status) => status === 'stored').length;
    const failed = statuses.filter((status) => status === 'failed').length;
    onChange({ stored, failed, waiting: statuses.length - stored - failed });
  }
}
