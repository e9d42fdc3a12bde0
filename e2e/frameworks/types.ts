/** What a framework's checker must let through, and what it must not: `tsc` reads this; nothing runs it. */
import type { GlobalComponents } from 'vue';
import type { SvelteHTMLElements } from 'svelte/elements';
import type {} from '@lectern/components/vue';
import type {} from '@lectern/components/svelte';
import type { LecternEventOf, LecternProperties } from '@lectern/components/angular';
import type { LecternProps } from '@lectern/components/react';
import { course } from './course.js';

type VuePlayer = InstanceType<GlobalComponents['course-player']>['$props'];
type SveltePlayer = SvelteHTMLElements['course-player'];

export const react: LecternProps<'course-player'> = { course, headingLevel: 2, title: 'x', onLecternError: ({ error }) => error.code };
export const vue: VuePlayer = { course, headingLevel: 2, title: 'x', onLecternError: ({ error }) => error.code };
export const svelte: SveltePlayer = { course, headingLevel: 2, title: 'x', 'onlectern-error': ({ error }) => error.code };
export const angular: LecternProperties<'learning-session'> = { lms: 'auto', consent: 'pending' };
export const heard = ({ plugin }: LecternEventOf<'learning-session', 'lms-chosen'>): string => plugin;

// @ts-expect-error a heading's level is a number
export const wrongReact: LecternProps<'course-player'> = { headingLevel: 'two' };
// @ts-expect-error there is no such event
export const wrongHandler: LecternProps<'course-player'> = { onLecternExplosion: () => undefined };
// @ts-expect-error there is no such consent
export const wrongVue: InstanceType<GlobalComponents['learning-session']>['$props'] = { consent: 'maybe' };
// @ts-expect-error the event of an error has an error
export const wrongSvelte: SveltePlayer = { 'onlectern-error': ({ plugin }) => plugin };
