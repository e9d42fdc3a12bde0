export interface ContentWatch {
  /** The content's frame shows another origin (or the browser's own error page): nothing there finds the API. */
  left(): void;
  /** It shows a page of its own origin again. */
  back(): void;
}

/** Follows where content goes in its frame. Pages of its own origin are part of it; many a SCO is made of several. */
export function watchContent(content: HTMLIFrameElement, { left, back }: ContentWatch): void {
  let away = false;
  content.addEventListener('load', () => {
    const now = !isOurs(content);
    if (now === away) return;
    away = now;
    if (away) left();
    else back();
  });
}

function isOurs(content: HTMLIFrameElement): boolean {
  try {
    return typeof content.contentWindow?.location.href === 'string';
  } catch {
    return false;
  }
}
