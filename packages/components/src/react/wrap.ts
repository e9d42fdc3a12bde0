import {
  createElement, forwardRef, useEffect, useImperativeHandle, useLayoutEffect, useRef, type ForwardRefExoticComponent, type HTMLAttributes, type PropsWithoutRef, type RefAttributes,
} from 'react';
import { ELEMENTS, type LecternElements } from '../frameworks/generated/elements.js';
import type { Handlers, LecternTag, Properties } from '../frameworks/handlers.js';

/** An element's properties by their own names, its events as handlers (`onLecternError`), and what any HTML element takes. */
export type LecternProps<Tag extends LecternTag> = Properties<Tag> & Handlers<Tag> & Omit<HTMLAttributes<HTMLElement>, keyof Properties<Tag> | keyof Handlers<Tag>>;

export type LecternComponent<Tag extends LecternTag> = ForwardRefExoticComponent<PropsWithoutRef<LecternProps<Tag>> & RefAttributes<LecternElements[Tag]['element']>>;

/** On a server there is no layout, and React says so. */
const useBeforePaint = typeof window === 'undefined' ? useEffect : useLayoutEffect;

/**
 * An element as a component, for React 18 and later: properties are set as properties (React 18 would write them as attributes), handlers listen to the element's own
 * events. The element itself loads once a component is there, in browsers alone.
 */
export function wrap<Tag extends LecternTag>(tag: Tag): LecternComponent<Tag> {
  const { properties, events, define } = ELEMENTS[tag];
  const known = new Set<string>(properties);
  const names = events as Readonly<Record<string, string>>;

  const Wrapped = forwardRef<HTMLElement, Record<string, unknown>>((props, ref) => {
    const element = useRef<HTMLElement>(null);
    const set = useRef<readonly string[]>([]);
    useImperativeHandle(ref, () => element.current!);
    const { className, ...given } = props;
    const all = Object.entries(given);
    const own = all.filter(([name]) => known.has(name));
    const handlers = all.filter(([name, value]) => Object.hasOwn(names, name) && typeof value === 'function');

    useBeforePaint(() => {
      const target = element.current as unknown as Record<string, unknown>;
      for (const name of set.current) if (!own.some(([one]) => one === name)) target[name] = undefined;
      for (const [name, value] of own) if (target[name] !== value) target[name] = value;
      set.current = own.map(([name]) => name);
    });
    useBeforePaint(() => {
      const ending = new AbortController();
      for (const [name, handler] of handlers) element.current?.addEventListener(names[name]!, handler as (event: Event) => void, { signal: ending.signal });
      return () => ending.abort();
    });
    useEffect(() => void define(), []);

    const rest = Object.fromEntries(all.filter(([name]) => !known.has(name) && !Object.hasOwn(names, name)));
    // React 18 would write `classname` on an element that it does not know.
    return createElement(tag, { ...rest, ...(className === undefined ? {} : { class: className }), ref: element });
  });
  Wrapped.displayName = tag;
  return Wrapped as unknown as LecternComponent<Tag>;
}
