const CORE = 'student_id|student_name|lesson_location|credit|lesson_status|entry|score\\.(?:raw|min|max)|total_time|lesson_mode|exit|session_time';
const INTERACTION = 'id|time|type|weighting|student_response|result|latency|objectives\\.\\d{1,6}\\.id|correct_responses\\.\\d{1,6}\\.pattern';

/** What holds a value in the data model of SCORM 1.2 (RTE 3.4.4), and `nav.event`, which some content sets. */
const LEAF = new RegExp(
  `^(?:nav\\.event|cmi\\.(?:core\\.(?:${CORE})|suspend_data|launch_data|comments|comments_from_lms|student_data\\.(?:mastery_score|max_time_allowed|time_limit_action)|student_preference\\.(?:audio|language|speed|text)|objectives\\.\\d{1,6}\\.(?:id|status|score\\.(?:raw|min|max))|interactions\\.\\d{1,6}\\.(?:${INTERACTION})))$`,
);

/** What the model says of itself. */
const KEYWORD = /^cmi\.(?:_version|(?:core|core\.score|student_data|student_preference|objectives|interactions|objectives\.\d{1,6}\.score)\._children|(?:objectives|interactions|interactions\.\d{1,6}\.(?:objectives|correct_responses))\._count)$/;

export const isLeaf12 = (element: string): boolean => LEAF.test(element);

/** Whether a name is an element of SCORM 1.2's data model. */
export const isElement12 = (element: string): boolean => LEAF.test(element) || KEYWORD.test(element);
