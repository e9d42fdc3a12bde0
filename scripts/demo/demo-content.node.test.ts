import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createProcedure, isMediaUnit, listUnits, parseQuiz, parseSimulation, rightAnswer, scoreQuestion } from '@lectern/core';
import { parseCourse } from '@lectern/courseware';
import { buildLathe } from './lathe-model.mjs';
import { simulation as written } from './simulation.mjs';

const demo = fileURLToPath(new URL('../../packages/server/demo/', import.meta.url));
const read = (name: string) => readFileSync(join(demo, name), 'utf8');
const files = readdirSync(demo, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

describe('demo content', () => {
  it('is small enough to commit', () => {
    const total = files.reduce((sum, file) => sum + statSync(file).size, 0);
    assert.ok(total < 1.5e6, `${total} bytes`);
    for (const [name, limit] of [['media/lesson.mp4', 350_000], ['media/lesson.webm', 350_000], ['media/poster.jpg', 30_720], ['media/cuts.m4a', 61_440], ['simulation/model.glb', 204_800]] as const) {
      assert.ok(statSync(join(demo, name)).size <= limit, name);
    }
  });

  it('has a simulation as its scripts write it, whose every node is in the model', () => {
    const simulation = parseSimulation(JSON.parse(read('simulation/simulation.json')));
    assert.equal(read('simulation/simulation.json'), `${JSON.stringify(written, null, 2)}\n`);
    const glb = readFileSync(join(demo, 'simulation/model.glb'));
    assert.ok(glb.equals(buildLathe().write()), 'run node scripts/demo/model.mjs');
    const json = JSON.parse(glb.subarray(20, 20 + glb.readUInt32LE(12)).toString()) as { nodes: { name: string }[]; extensionsUsed?: string[] };
    assert.equal(json.extensionsUsed, undefined);
    const names = new Set(json.nodes.map((node) => node.name));
    for (const { node } of [...simulation.parts, ...simulation.steps.flatMap((step) => step.effect ?? [])]) assert.ok(names.has(node), node);
  });

  it('has a procedure of at least ten steps worth 100 points that can be passed', () => {
    const simulation = parseSimulation(written);
    assert.ok(simulation.steps.length >= 10);
    const procedure = createProcedure(simulation, { clock: Date });
    procedure.dispatch({ type: 'start' });
    for (const { action } of simulation.steps) {
      const { part } = action;
      if (action.type === 'activate') procedure.dispatch({ type: 'activate', part });
      else if (action.type === 'set') procedure.dispatch({ type: 'set', part, value: action.target });
      else procedure.dispatch({ type: 'choose', part, option: action.options.find((option) => option.correct)!.id });
    }
    const { score, passed } = procedure.getState();
    assert.deepEqual({ score, passed }, { score: { raw: 100, min: 0, max: 100, scaled: 1 }, passed: true });
  });

  it('has a course whose every file is there', () => {
    const course = parseCourse(JSON.parse(read('course/course.json')), { url: 'https://campus.example/demo/course/course.json' });
    const units = listUnits(course);
    assert.deepEqual(units.map((unit) => unit.kind), ['video', 'document', 'audio', 'document', 'quiz', 'scorm', 'simulation']);
    const urls = units.flatMap((unit) => {
      if (isMediaUnit(unit)) return [...(unit.poster === undefined ? [] : [unit.poster]), ...[...unit.sources, ...(unit.tracks ?? [])].map(({ src }) => src)];
      if (unit.kind === 'document') return unit.sources.map(({ src }) => src);
      if (unit.kind === 'scorm') return [unit.href];
      return (unit.kind === 'simulation' || unit.kind === 'quiz') && unit.src !== undefined ? [unit.src] : [];
    });
    assert.equal(course.base, 'https://campus.example/demo/');
    for (const url of urls) assert.ok(existsSync(join(demo, url)), url);
  });

  it('has a quiz in both languages whose right answers are right', () => {
    const quiz = parseQuiz(JSON.parse(read('quiz/check.json')));
    const questions = quiz.sections.flatMap(({ questions: pool }) => pool);
    for (const question of questions) assert.equal(scoreQuestion(question, rightAnswer(question)!).verdict, 'right', question.id);
    for (const [, text] of read('quiz/check.json').matchAll(/"en": "([^"]*)"(?!, "zh-CN": "[^"]+")/g)) assert.fail(`${text} has no Chinese`);
  });

  it('has a SCORM package whose manifest lists just what is in it, without inline script or style', () => {
    const listed = [...read('scorm/imsmanifest.xml').matchAll(/<file href="([^"]+)"/g)].map((match) => match[1]!);
    assert.deepEqual(listed.sort(), readdirSync(join(demo, 'scorm')).filter((name) => name !== 'imsmanifest.xml').sort());
    assert.doesNotMatch(read('scorm/index.html'), /<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/);
  });

  it('has captions and chapters in order, in both languages alike', () => {
    for (const [kind, length] of [['captions', 66], ['chapters', 66], ['cuts', 26]] as const) {
      const [en, zh] = ['en', 'zh-CN'].map((lang) => [...read(`media/${kind}.${lang}.vtt`).matchAll(/(\d+):([\d.]+) --> (\d+):([\d.]+)/g)].map((m) => [Number(m[1]) * 60 + Number(m[2]), Number(m[3]) * 60 + Number(m[4])] as const));
      assert.deepEqual(en, zh);
      en!.forEach(([from, to], i) => assert.ok(from < to && from >= (en![i - 1]?.[1] ?? 0) && to <= length));
    }
  });
});
