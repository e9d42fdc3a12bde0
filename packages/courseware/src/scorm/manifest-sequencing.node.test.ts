import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseXml } from '../package/index.js';
import { ID } from '../package/zip.fixture.js';
import { readScormManifest } from './manifest.js';

const read = async (organization: string, collection = '', attributes = '') =>
  readScormManifest(
    await parseXml(`<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"
      xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3" xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss">
      <metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
      <organizations default="o"><organization identifier="o" ${attributes}><title>T</title>${organization}</organization></organizations>
      <resources><resource identifier="r" type="webcontent" adlcp:scormType="sco" href="a.html"/></resources>${collection}</manifest>`),
    { id: ID },
  );
const item = (id: string, inner: string, attributes = ''): string => `<item identifier="${id}" identifierref="r" ${attributes}><title>${id}</title>${inner}</item>`;

test('an item’s sequencing is read whole', async () => {
  const { course, warnings } = await read(
    item(
      'a',
      `<adlnav:presentation><adlnav:navigationInterface><adlnav:hideLMSUI>continue</adlnav:hideLMSUI><adlnav:hideLMSUI>suspendAll</adlnav:hideLMSUI></adlnav:navigationInterface></adlnav:presentation>
      <adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.8" progressWeight="0.5"/>
      <adlcp:data><adlcp:map targetID="store" writeSharedData="false"/></adlcp:data>
      <imsss:sequencing>
        <imsss:controlMode choice="false" flow="true" forwardOnly="1"/>
        <imsss:sequencingRules>
          <imsss:preConditionRule><imsss:ruleConditions conditionCombination="any"><imsss:ruleCondition condition="satisfied" operator="not" referencedObjective="o%201"/>
            <imsss:ruleCondition condition="objectiveMeasureGreaterThan" measureThreshold="0.5"/></imsss:ruleConditions><imsss:ruleAction action="skip"/></imsss:preConditionRule>
          <imsss:exitConditionRule><imsss:ruleConditions><imsss:ruleCondition condition="completed"/></imsss:ruleConditions><imsss:ruleAction action="exit"/></imsss:exitConditionRule>
          <imsss:postConditionRule><imsss:ruleConditions><imsss:ruleCondition condition="always"/></imsss:ruleConditions><imsss:ruleAction action="retryAll"/></imsss:postConditionRule>
        </imsss:sequencingRules>
        <imsss:limitConditions attemptLimit="2"/>
        <imsss:rollupRules rollupObjectiveSatisfied="false" objectiveMeasureWeight="0.25"><imsss:rollupRule childActivitySet="atLeastPercent" minimumPercent="0.5">
          <imsss:rollupConditions><imsss:rollupCondition condition="attempted"/></imsss:rollupConditions><imsss:rollupAction action="completed"/></imsss:rollupRule></imsss:rollupRules>
        <imsss:objectives>
          <imsss:primaryObjective objectiveID="o 1" satisfiedByMeasure="true"><imsss:minNormalizedMeasure>0.6</imsss:minNormalizedMeasure>
            <imsss:mapInfo targetObjectiveID="g" writeSatisfiedStatus="true" readNormalizedMeasure="false"/></imsss:primaryObjective>
          <imsss:objective objectiveID="o2"/>
        </imsss:objectives>
        <imsss:randomizationControls randomizationTiming="onEachNewAttempt" reorderChildren="true" selectionTiming="once" selectCount="3"/>
        <imsss:deliveryControls tracked="false" completionSetByContent="true"/>
        <adlseq:constrainedChoiceConsiderations preventActivation="true" constrainChoice="true"/>
        <adlseq:rollupConsiderations requiredForCompleted="ifAttempted" measureSatisfactionIfActive="false"/>
        <adlseq:objectives><adlseq:objective objectiveID="o 1"><adlseq:mapInfo targetObjectiveID="g" readRawScore="false" readMinScore="false" readMaxScore="false" readCompletionStatus="false" writeProgressMeasure="true"/></adlseq:objective></adlseq:objectives>
      </imsss:sequencing>`,
      'isvisible="false"',
    ),
    '',
    'adlseq:objectivesGlobalToSystem="false" adlcp:sharedDataGlobalToSystem="false"',
  );
  assert.deepEqual(warnings, []);
  assert.deepEqual(course.sequencing, {
    rootId: 'o',
    objectivesGlobalToSystem: false,
    sharedDataGlobalToSystem: false,
    activities: {
      a: {
        hidden: true,
        hideLmsUi: ['continue', 'suspendAll'],
        controlMode: { choice: false, flow: true, forwardOnly: true },
        constrainChoice: true,
        preventActivation: true,
        preConditions: [
          { action: 'skip', combination: 'any', conditions: [{ condition: 'satisfied', not: true, objective: 'o 1' }, { condition: 'objectiveMeasureGreaterThan', threshold: 0.5 }] },
        ],
        exitConditions: [{ action: 'exit', conditions: [{ condition: 'completed' }] }],
        postConditions: [{ action: 'retryAll', conditions: [{ condition: 'always' }] }],
        attemptLimit: 2,
        rollup: {
          rules: [{ action: 'completed', conditions: [{ condition: 'attempted' }], childActivitySet: 'atLeastPercent', minimumPercent: 0.5 }],
          objectiveSatisfied: false,
          measureWeight: 0.25,
          requiredFor: { completed: 'ifAttempted' },
          measureSatisfactionIfActive: false,
        },
        objectives: [
          {
            id: 'o 1',
            primary: true,
            satisfiedByMeasure: true,
            minNormalizedMeasure: 0.6,
            maps: [{ target: 'g', read: ['satisfied'], write: ['satisfied'] }, { target: 'g', read: ['progress'], write: ['progress'] }],
          },
          { id: 'o2' },
        ],
        selection: { timing: 'once', count: 3 },
        randomization: { timing: 'onEachNewAttempt' },
        delivery: { tracked: false, completionSetByContent: true },
        completion: { byMeasure: true, minProgress: 0.8, weight: 0.5 },
        data: [{ target: 'store', write: false }],
      },
    },
  });
});

test('a shared sequencing stands where the item says nothing of its own', async () => {
  const { course } = await read(
    item('a', '<imsss:sequencing IDRef="s"><imsss:controlMode flow="true"/></imsss:sequencing>') + item('b', ''),
    '<imsss:sequencingCollection><imsss:sequencing ID="s"><imsss:controlMode choice="false"/><imsss:limitConditions attemptLimit="1"/></imsss:sequencing></imsss:sequencingCollection>',
  );
  assert.deepEqual(course.sequencing, { rootId: 'o', activities: { a: { controlMode: { flow: true }, attemptLimit: 1 } } });
});

test('values that are none are left out, and told', async () => {
  const { course, warnings } = await read(
    item('__proto__', '<imsss:sequencing IDRef="nowhere"><imsss:controlMode flow="perhaps"/><imsss:limitConditions attemptLimit="-1"/><imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions><imsss:ruleCondition condition="moonlight"/></imsss:ruleConditions><imsss:ruleAction action="explode"/></imsss:preConditionRule></imsss:sequencingRules></imsss:sequencing>'),
  );
  assert.deepEqual(course.sequencing, { rootId: 'o' });
  assert.deepEqual(warnings.map(({ code, field }) => [code, field?.split('/').at(-1)]), [
    ['value-ignored', '@IDRef'],
    ['value-ignored', '@attemptLimit'],
    ['value-ignored', '@flow'],
    ['value-ignored', '@action'],
  ]);
});
