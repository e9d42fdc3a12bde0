import '@angular/compiler';
import { Component, CUSTOM_ELEMENTS_SCHEMA, provideZonelessChangeDetection, signal, viewChild, type ElementRef } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { defineElements, type LecternElement, type LecternEventOf } from '@lectern/components/angular';
import { course, tell } from './course.js';

@Component({
  selector: 'app-root',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <learning-session lms="auto" class="session" (lms-chosen)="chosen($event)">
      <course-player #player [course]="course" [headingLevel]="2" (lectern-unit-change)="unit.set(player.currentUnit?.id ?? '')" (lectern-error)="failed($event)" />
      <p id="unit">{{ unit() }}</p>
    </learning-session>
  `,
})
class App {
  readonly course = course;
  readonly unit = signal('');
  readonly player = viewChild<ElementRef<LecternElement<'course-player'>>>('player');

  chosen({ plugin }: LecternEventOf<'learning-session', 'lms-chosen'>): void {
    tell(`lms:${plugin}`);
  }

  failed({ error }: LecternEventOf<'course-player', 'lectern-error'>): void {
    tell(error.code);
  }
}

document.body.append(document.createElement('app-root'));
await defineElements('course-player', 'learning-session');
await bootstrapApplication(App, { providers: [provideZonelessChangeDetection()] });
