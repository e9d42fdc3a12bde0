/** IRIs of cmi5 that only an LMS writes or checks, with the clause each comes from. */
export const CMI5 = {
  category: 'https://w3id.org/xapi/cmi5/context/categories/cmi5', // 9.6.2.1
  moveOnCategory: 'https://w3id.org/xapi/cmi5/context/categories/moveon', // 9.6.2.2
  sessionId: 'https://w3id.org/xapi/cmi5/context/extensions/sessionid', // 9.6.3.1
  masteryScore: 'https://w3id.org/xapi/cmi5/context/extensions/masteryscore', // 9.6.3.2
  launchMode: 'https://w3id.org/xapi/cmi5/context/extensions/launchmode', // 9.6.3.3
  launchUrl: 'https://w3id.org/xapi/cmi5/context/extensions/launchurl', // 9.6.3.4
  moveOn: 'https://w3id.org/xapi/cmi5/context/extensions/moveon', // 9.6.3.5
  launchParameters: 'https://w3id.org/xapi/cmi5/context/extensions/launchparameters', // 9.6.3.6
  progress: 'https://w3id.org/xapi/cmi5/result/extensions/progress', // 9.5.5.1
  reason: 'https://w3id.org/xapi/cmi5/result/extensions/reason', // 9.5.5.2
  blockType: 'https://w3id.org/xapi/cmi5/activitytype/block', // 9.4
  courseType: 'https://w3id.org/xapi/cmi5/activitytype/course', // 9.4
} as const;
