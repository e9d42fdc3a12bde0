import { courseOutcome, type OutcomeReport, type Session } from '@lectern/core';

/** Tells a gradebook each unit's outcome and the course's, whenever they change. @returns a function that ends it */
export function reportOutcomes(session: Session, onError: (thrown: unknown) => void): () => void {
  const { connection } = session;
  if (!connection.capabilities.report || connection.launchMode !== 'Normal') return () => undefined;
  const told = new Map<string, string>();
  const tell = (report: OutcomeReport): void => {
    const { seconds: _seconds, ...outcome } = report;
    const key = report.unitId ?? '';
    const news = JSON.stringify(outcome);
    if (told.get(key) === news) return;
    told.set(key, news);
    connection.report(report).catch(onError);
  };
  return session.subscribe((state, { event, recorded }) => {
    const unit = state.units[event.unitId];
    if (!unit || recorded.length === 0) return;
    tell({ unitId: event.unitId, completed: unit.completed, success: unit.success, score: unit.score, progress: unit.progress, seconds: unit.seatSeconds });
    tell(courseOutcome(session.course, state));
  });
}
