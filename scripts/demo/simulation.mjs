// The demo simulation's description: the words are here, the hotspots are measured on the model.
import { BAR_RADIUS, CENTRE, CHIPS_HIDDEN, TOOL_DROP, buildLathe } from './lathe-model.mjs';

const glb = buildLathe();
const t = (en, zh) => ({ en, 'zh-CN': zh });
const COLORS = { amber: '#f2b632', red: '#d1342b', green: '#2f9e5b', warm: '#fff3cf' };
/** Where the bar lies once it is in the chuck, from where it rests on its blocks. */
const BAR_IN_CHUCK = [-0.33, CENTRE - 0.645, -0.222];
const KEY_IN_CHUCK = [0.35, CENTRE + 0.126 - 1.13, 0.06];
const GRIP = 0.012 + 0.039 - 0.014 - BAR_RADIUS;

/** @param {'front' | 'top' | 'right'} side which side of the node the hotspot sits on */
function part(id, side, title, description, node = id) {
  const { min, max } = glb.bounds(node);
  const middle = min.map((low, i) => (low + max[i]) / 2);
  const [axis, normal] = { front: [2, '0 0 1'], top: [1, '0 1 0'], right: [0, '1 0 0'] }[side];
  middle[axis] = max[axis];
  return { id, node, title, description, position: middle.map((v) => `${Math.round(v * 1000) / 1000}m`).join(' '), normal };
}
const still = (node, change, durationMs = 600) => ({ node, ...change, durationMs });
const status = (color) => still('status-lamp', { color: COLORS[color] }, 200);
const jaws = (depth, durationMs) => [0, 120, 240].map((degrees, i) => {
  const a = (degrees * Math.PI) / 180;
  return still(`jaw-${i + 1}`, { translate: [0, -depth * Math.cos(a), -depth * Math.sin(a)].map((v) => Math.round(v * 1e5) / 1e5) }, durationMs);
});
const PANEL = { orbit: '8deg 78deg 1.25m', target: '-0.5m 0.93m 0.1m' };
const CHUCK = { orbit: '28deg 70deg 1.3m', target: '-0.2m 0.93m 0m' };
const TOOL = { orbit: '30deg 66deg 1.1m', target: '0m 0.9m 0.05m' };
const WALL = { orbit: '12deg 80deg 1.5m', target: '0.35m 1.05m -0.2m' };
const WIDE = { orbit: '22deg 72deg 2.6m', target: '0m 0.78m 0m' };

export const simulation = {
  $schema: '../../../core/schemas/simulation.schema.json',
  id: 'lathe-setup',
  title: t('Virtual lathe: from cold machine to first cut', '虚拟车床：从冷机到第一刀'),
  description: t(
    'Bring a centre lathe safely from a cold start to a first cut on a 40 mm steel bar, and leave it clean. Every wrong move costs points; nobody gets hurt.',
    '把一台普通车床从冷机状态安全地调试到第一刀（直径 40 mm 的钢棒），并清理好机床。每次误操作都会扣分，但不会有人受伤。',
  ),
  model: {
    src: 'model.glb',
    alt: t(
      'A small centre lathe on a stand. Left: headstock with control panel, chuck and raised guard. Middle: carriage with tool post. Right: tailstock. Safety glasses and a brush hang on the wall behind.',
      '一台带底座的小型普通车床。左侧是主轴箱、操作面板、卡盘和抬起的防护罩；中间是床鞍和刀架；右侧是尾座。后面的挡板上挂着护目镜和毛刷。',
    ),
    cameraOrbit: WIDE.orbit,
    cameraTarget: WIDE.target,
    fieldOfView: '30deg',
    exposure: 1,
    shadowIntensity: 0.8,
  },
  parts: [
    part('safety-glasses', 'front', t('Safety glasses', '护目镜'), t('Hang on the wall, where you pass before you reach the machine.', '挂在挡板上，走近机床之前就能拿到。')),
    part('main-switch', 'front', t('Main switch', '总开关'), t('Connects the machine to the mains. Can be locked off.', '接通机床电源，可上锁断开。')),
    part('emergency-stop', 'front', t('Emergency stop', '急停按钮'), t('Cuts the power at once. Stays down until it is turned.', '立即切断动力；按下后自锁，旋转才能复位。')),
    part('workpiece', 'top', t('Steel bar', '钢棒工件'), t('Mild steel, 40 mm across, 300 mm long.', '低碳钢，直径 40 mm，长 300 mm。')),
    part('key', 'top', t('Chuck key', '卡盘扳手'), t('Tightens the three jaws. Lives in its holder, never in the chuck.', '用来夹紧三爪。平时放在支座里，绝不留在卡盘上。')),
    part('tailstock', 'top', t('Tailstock', '尾座'), t('Carries the centre that steadies the far end of a long bar.', '装有顶尖，用来支撑长工件的另一端。')),
    part('tool-post', 'top', t('Tool post', '刀架'), t('Holds the turning tool; shims under the tool set its height.', '夹持车刀；用垫片调整刀尖高度。')),
    part('speed-dial', 'front', t('Speed dial', '转速旋钮'), t('Spindle speed in revolutions per minute.', '主轴转速，单位为转每分。')),
    part('feed-lever', 'front', t('Feed lever', '进给手柄'), t('How far the tool travels in one revolution.', '主轴每转一圈车刀移动的距离。')),
    part('guard', 'top', t('Chuck guard', '卡盘防护罩'), t('Swings down over the chuck. The spindle will not start while it is up.', '向下翻转罩住卡盘；抬起时主轴不能启动。')),
    part('start-button', 'front', t('Start', '启动按钮'), t('Green. Starts the spindle.', '绿色，启动主轴。')),
    part('stop-button', 'front', t('Stop', '停止按钮'), t('Red. Lets the spindle run down.', '红色，使主轴停转。')),
    part('brush', 'front', t('Brush and hook', '毛刷'), t('For chips, once everything stands still.', '机床完全停稳后用来清除切屑。')),
  ],
  steps: [
    {
      id: 'dress', title: t('Dress for the machine', '穿戴防护用品'), camera: WALL,
      instruction: t('Go to the safety glasses and decide what to wear at the lathe.', '走到护目镜处，选择操作车床时的穿戴。'),
      hint: t('Anything loose can be caught by a turning part. What about gloves?', '任何松散的东西都可能被旋转部件卷入。手套呢？'),
      explanation: t('A glove that touches the work is pulled in with the hand inside it. Bare hands and tight cuffs are safer.', '手套一旦碰到旋转的工件，会连手一起被卷进去。徒手、扎紧袖口更安全。'),
      action: { type: 'choose', part: 'safety-glasses', options: [
        { id: 'gloves', title: t('Glasses, buttoned sleeves and cotton gloves', '护目镜、扣好袖口、戴棉纱手套'), correct: false, feedback: t('Gloves are caught by the work: never at a lathe.', '手套会被工件卷入，操作车床严禁戴手套。') },
        { id: 'right', title: t('Glasses, buttoned sleeves, hair tied back, no gloves, no rings', '护目镜、扣好袖口、头发盘起、不戴手套和戒指'), correct: true },
        { id: 'own', title: t('Own spectacles are enough for a short cut', '只切一刀，戴自己的近视镜就够了'), correct: false, feedback: t('Chips fly from the first turn, and ordinary lenses shatter.', '第一转就会飞屑，普通镜片会碎裂。') },
      ] },
      effect: [still('safety-glasses', { translate: [0, -0.03, 0.35] }, 500), still('safety-glasses', { visible: false }, 0)],
      maxScore: 6, expectSeconds: 25, penalty: 3,
    },
    {
      id: 'power', title: t('Switch on the power', '接通电源'), camera: PANEL,
      instruction: t('Turn on the main switch and watch the status lamp.', '打开总开关，观察状态灯。'),
      hint: t('Red handle on a yellow plate.', '黄色底板上的红色旋钮。'),
      action: { type: 'activate', part: 'main-switch' },
      effect: [still('main-switch', { rotate: [0, 0, -90] }, 300), status('amber'), still('lamp', { color: COLORS.warm }, 300)],
      maxScore: 4, expectSeconds: 10, penalty: 2,
    },
    {
      id: 'test-stop', title: t('Prove the emergency stop', '测试急停按钮'), camera: PANEL,
      instruction: t('Before anything turns, prove that the machine can be stopped: press the emergency stop.', '在任何部件转动之前，先证明机床停得下来：按下急停按钮。'),
      hint: t('The red mushroom on the yellow ring.', '黄色底圈上的红色蘑菇头按钮。'),
      explanation: t('An emergency stop that fails must be found out now, not when it is needed.', '急停失灵必须现在发现，而不是在需要它的时候。'),
      action: { type: 'activate', part: 'emergency-stop' },
      effect: [still('emergency-stop', { translate: [0, 0, -0.012] }, 120), status('red')],
      maxScore: 8, expectSeconds: 10, penalty: 2,
    },
    {
      id: 'release-stop', title: t('Release the emergency stop', '复位急停按钮'), camera: PANEL,
      instruction: t('It worked. Turn the emergency stop to release it.', '急停有效。旋转急停按钮使其复位。'),
      hint: t('The same button again: it turns and springs out.', '还是同一个按钮：旋转后会弹出。'),
      action: { type: 'activate', part: 'emergency-stop' },
      effect: [still('emergency-stop', { rotate: [0, 0, -45] }, 250), still('emergency-stop', { translate: [0, 0, 0], rotate: [0, 0, 0] }, 250), status('amber')],
      maxScore: 4, expectSeconds: 8, penalty: 2,
    },
    {
      id: 'load', title: t('Put the bar in the chuck', '装入工件'), camera: CHUCK,
      instruction: t('Put the steel bar between the jaws.', '把钢棒放入三爪之间。'),
      hint: t('It lies on two wooden blocks in front of the carriage.', '它放在床鞍前面的两块木垫上。'),
      action: { type: 'activate', part: 'workpiece' },
      effect: [still('workpiece', { translate: [-0.05, 0.35, -0.02] }, 500), still('workpiece', { translate: BAR_IN_CHUCK }, 700)],
      maxScore: 4, expectSeconds: 12, penalty: 2,
    },
    {
      id: 'tighten', title: t('Tighten the chuck', '夹紧卡盘'), camera: CHUCK,
      instruction: t('Tighten the jaws on the bar.', '夹紧三爪。'),
      hint: t('You need the tool with the T-shaped handle.', '需要那把 T 形手柄的工具。'),
      action: { type: 'activate', part: 'key' },
      effect: [still('key', { translate: [KEY_IN_CHUCK[0], 0.08, KEY_IN_CHUCK[2]] }, 600), still('key', { translate: KEY_IN_CHUCK, rotate: [0, 0, 0] }, 250), still('key', { rotate: [0, 200, 0] }, 700), ...jaws(GRIP, 700)],
      maxScore: 6, expectSeconds: 12, penalty: 2,
    },
    {
      id: 'remove-key', title: t('Take the key out', '取下卡盘扳手'), camera: CHUCK,
      instruction: t('One thing must happen before your hand leaves the chuck. Do it.', '手离开卡盘之前必须做一件事。请完成。'),
      hint: t('A key left in the chuck becomes a projectile.', '留在卡盘上的扳手会变成飞弹。'),
      explanation: t('The key never leaves your hand while it is in the chuck: that one habit prevents the worst accident at a lathe.', '扳手在卡盘上时手绝不松开：这一个习惯能避免车床上最严重的事故。'),
      action: { type: 'activate', part: 'key' },
      effect: [still('key', { translate: [KEY_IN_CHUCK[0], 0.08, KEY_IN_CHUCK[2]] }, 300), still('key', { translate: [0, 0, 0], rotate: [0, 0, 0] }, 700)],
      maxScore: 12, expectSeconds: 10, penalty: 6,
    },
    {
      id: 'support', title: t('Support the free end', '用尾座支撑'), camera: { orbit: '25deg 68deg 1.7m', target: '0.2m 0.85m 0m' },
      instruction: t('The bar sticks out of the chuck more than three diameters. Steady its free end.', '工件伸出卡盘超过直径的三倍，请支撑其自由端。'),
      hint: t('The centre is in the tailstock.', '顶尖装在尾座上。'),
      action: { type: 'activate', part: 'tailstock' },
      effect: [still('tailstock', { translate: [-0.245, 0, 0] }, 1100)],
      maxScore: 6, expectSeconds: 12, penalty: 2,
    },
    {
      id: 'tool-height', title: t('Set the tool on centre', '刀尖对中心'), camera: TOOL,
      instruction: t('Pack the tool until its tip is exactly at the height of the spindle axis.', '调整垫片，使刀尖恰好与主轴轴线等高。'),
      hint: t('On centre means a difference of zero.', '“对中心”就是高度差为零。'),
      explanation: t('Too high, the tool rubs; too low, it digs in and the bar climbs over it.', '刀尖过高会摩擦，过低会扎刀，工件会爬上刀具。'),
      action: { type: 'set', part: 'tool-post', label: t('Tip above centre', '刀尖相对中心的高度'), unit: t('mm', 'mm'), min: -5, max: 5, step: 0.5, initial: -4, target: 0, tolerance: 0 },
      effect: [still('tool', { translate: [0, TOOL_DROP, 0] }, 700)],
      maxScore: 8, expectSeconds: 20, penalty: 2,
    },
    {
      id: 'speed', title: t('Set the spindle speed', '设定主轴转速'), camera: PANEL,
      instruction: t('Cutting speed 25 m/min, diameter 40 mm. Work out the spindle speed and set it.', '切削速度 25 m/min，直径 40 mm。计算并设定主轴转速。'),
      hint: t('n = 1000 · v ÷ (π · d)', 'n = 1000 · v ÷ (π · d)'),
      explanation: t('1000 · 25 ÷ (3.14 · 40) ≈ 199 revolutions per minute.', '1000 · 25 ÷ (3.14 · 40) ≈ 199 转每分。'),
      action: { type: 'set', part: 'speed-dial', label: t('Spindle speed', '主轴转速'), unit: t('rpm', '转/分'), min: 50, max: 1200, step: 10, initial: 600, target: 200, tolerance: 10 },
      effect: [still('speed-dial', { rotate: [0, 0, 100] }, 400)],
      maxScore: 12, expectSeconds: 45, penalty: 3,
    },
    {
      id: 'feed', title: t('Choose the feed', '选择进给量'), camera: PANEL,
      instruction: t('Choose the feed for a first, light cut.', '为第一次轻切削选择进给量。'),
      hint: t('Fine for a first cut: a tenth of a millimetre, not whole ones.', '第一刀要细：十分之几毫米，而不是几毫米。'),
      action: { type: 'choose', part: 'feed-lever', options: [
        { id: 'fine', title: t('0.1 mm per revolution', '0.1 mm/转'), correct: true },
        { id: 'coarse', title: t('1 mm per revolution', '1 mm/转'), correct: false, feedback: t('Ten times too much: the tool would tear the bar.', '大了十倍，会撕裂工件表面。') },
        { id: 'thread', title: t('2.5 mm per revolution', '2.5 mm/转'), correct: false, feedback: t('That is a thread pitch, not a feed.', '那是螺距，不是进给量。') },
      ] },
      effect: [still('feed-lever', { rotate: [0, 0, 40] }, 400)],
      maxScore: 6, expectSeconds: 20, penalty: 3,
    },
    {
      id: 'guard', title: t('Close the guard', '关闭防护罩'), camera: CHUCK,
      instruction: t('Last look: key in its holder, nothing loose on the bed. Close the guard.', '最后检查：扳手在支座里，床身上没有杂物。关闭防护罩。'),
      hint: t('The clear shield above the chuck.', '卡盘上方的透明护罩。'),
      action: { type: 'activate', part: 'guard' },
      effect: [still('guard', { rotate: [95, 0, 0] }, 800)],
      maxScore: 6, expectSeconds: 10, penalty: 2,
    },
    {
      id: 'start', title: t('Start the spindle and cut', '启动主轴并切削'), camera: { orbit: '30deg 68deg 1.9m', target: '-0.05m 0.85m 0m' },
      instruction: t('Stand to the side of the chuck, and start.', '站在卡盘侧面，启动主轴。'),
      hint: t('Green.', '绿色按钮。'),
      action: { type: 'activate', part: 'start-button' },
      effect: [
        still('start-button', { translate: [0, 0, -0.005] }, 100), status('green'),
        still('chuck', { spin: { axis: 'x', rpm: 200 } }, 900), still('workpiece', { spin: { axis: 'x', rpm: 200 } }, 900),
        still('carriage', { translate: [-0.07, 0, 0] }, 6000), still('chips', { translate: CHIPS_HIDDEN.map((v) => -v) }, 0),
      ],
      maxScore: 4, expectSeconds: 10, penalty: 2,
    },
    {
      id: 'stop', title: t('Stop before you measure', '测量前停车'), camera: PANEL,
      instruction: t('The cut is done. Make the machine safe before you reach for the caliper.', '切削完成。伸手拿卡尺之前，先让机床处于安全状态。'),
      hint: t('No emergency: the ordinary way will do.', '不是紧急情况，用普通方式即可。'),
      explanation: t('Never measure or touch a turning bar, and never brake the chuck by hand.', '严禁测量或触摸旋转的工件，严禁用手制动卡盘。'),
      action: { type: 'activate', part: 'stop-button' },
      effect: [
        still('stop-button', { translate: [0, 0, -0.005] }, 100), still('start-button', { translate: [0, 0, 0] }, 100), status('amber'),
        still('chuck', { spin: { axis: 'x', rpm: 0 } }, 1200), still('workpiece', { spin: { axis: 'x', rpm: 0 } }, 1200), still('carriage', { translate: [0.03, 0, 0] }, 1200),
      ],
      maxScore: 6, expectSeconds: 10, penalty: 2,
    },
    {
      id: 'clean', title: t('Clear the chips', '清理切屑'), camera: WIDE,
      instruction: t('Sharp chips lie in the tray. Choose how to clear them.', '托盘里有锋利的切屑，选择清理方法。'),
      hint: t('Chips cut like knives, and compressed air shoots them into eyes.', '切屑像刀一样锋利，压缩空气会把它吹进眼睛。'),
      action: { type: 'choose', part: 'brush', options: [
        { id: 'air', title: t('Blow them out with compressed air', '用压缩空气吹掉'), correct: false, feedback: t('Air drives chips into eyes and into the slideways.', '气流会把切屑吹进眼睛和导轨。') },
        { id: 'hand', title: t('Pick up the long ones by hand', '用手拿走长切屑'), correct: false, feedback: t('Chips are razor-sharp and hot.', '切屑锋利且烫手。') },
        { id: 'brush', title: t('Switch off, then use the brush', '关闭电源后用毛刷清扫'), correct: true },
      ] },
      effect: [still('main-switch', { rotate: [0, 0, 0] }, 300), still('status-lamp', { color: '#5b6467' }, 200), still('brush', { translate: [-0.45, -0.33, 0.46] }, 700), still('chips', { translate: [0, 0, 0] }, 0), still('brush', { translate: [0, 0, 0] }, 700)],
      maxScore: 8, expectSeconds: 20, penalty: 4,
    },
  ],
  passingScore: 0.8,
  timeLimitSeconds: 1200,
  scoring: { hintPenalty: 1 },
};
