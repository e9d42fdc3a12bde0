import { CoursePlayer, LearningSession } from '@lectern/components/react';
import type { CoursePlayer as Player } from '@lectern/components';
import { useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { course, tell } from './course.js';

function App() {
  const player = useRef<Player>(null);
  const [unit, setUnit] = useState<string>();
  return (
    <LearningSession lms="auto" className="session" onLmsChosen={({ plugin }) => tell(`lms:${plugin}`)}>
      <CoursePlayer ref={player} course={course} headingLevel={2} onLecternUnitChange={() => setUnit(player.current?.currentUnit?.id)} onLecternError={({ error }) => tell(error.code)} />
      <p id="unit">{unit}</p>
    </LearningSession>
  );
}

createRoot(document.body.appendChild(document.createElement('main'))).render(<App />);
