// The lesson's words. Every text is [English, 中文].

export const NAME = ['Safe habits at the lathe', '车床安全习惯'];

export const UI = {
  steps: ['Pages', '页面'],
  back: ['Back', '上一页'],
  next: ['Next', '下一页'],
  toQuiz: ['To the quiz', '去测验'],
  check: ['Check answers', '提交答案'],
  again: ['Try again', '再试一次'],
  missing: ['Answer every question first.', '请先回答所有题目。'],
  right: ['Right.', '正确。'],
  wrong: ['Not quite.', '不对。'],
  passed: ['Passed', '通过'],
  failed: ['Not passed yet', '尚未通过'],
  score: ['Your score', '得分'],
  needed: ['needed', '及格线'],
  best: ['Best so far', '目前最高分'],
  offline: ['No LMS was found: nothing is recorded.', '未找到学习平台：本次学习不会被记录。'],
  review: ['Review: nothing is recorded.', '回顾模式：不作记录。'],
  question: ['Question', '第'],
  diameter: ['Diameter', '直径'],
  speed: ['Spindle speed', '主轴转速'],
  rpm: ['rpm', '转/分'],
};

export const PAGES = [
  {
    id: 'welcome', title: ['Why habits', '为什么靠习惯'], blocks: [
      { lead: ['A lathe turns faster than you can let go. What keeps you whole is not quick reflexes but a few habits that you never break.', '车床转动的速度比你松手更快。保护你的不是反应快，而是几条从不打破的习惯。'] },
      { text: ['In ten minutes you will learn three of them, try out how speed depends on diameter, and answer five questions. You may stop at any time: the lesson remembers where you were.', '在十分钟里，你将学会其中三条，亲手试一试转速与直径的关系，并回答五道题。可以随时停下：本课会记住你的位置。'] },
      { list: [
        [['Dress so that nothing can be caught', '穿戴整齐，不给机器抓住的机会'], ['Sleeves, hair, rings, gloves.', '袖口、头发、戒指、手套。']],
        [['Key out before your hand leaves', '手离开前先取下扳手'], ['The chuck key is in your hand or in its holder.', '卡盘扳手要么在手里，要么在支座里。']],
        [['Stop before you reach', '先停车，再伸手'], ['Measuring, cleaning, adjusting: at standstill.', '测量、清理、调整，都在停稳之后。']],
      ] },
    ],
  },
  {
    id: 'dress', title: ['Nothing loose', '不留松散之物'], blocks: [
      { text: ['A bar of 40 mm at 600 revolutions winds up more than a metre of thread in a second. A cuff, a strap or a glove that touches it is gone before you feel the pull.', '直径 40 mm 的钢棒以 600 转旋转，一秒钟能卷走一米多长的线。袖口、带子或手套一碰到它，还没感觉到拉力就已被卷走。'] },
      { table: [
        [['Wear', '穿戴'], ['Leave off', '不要']],
        [['Safety glasses with side shields', '带侧护的护目镜'], ['Gloves of any kind', '任何手套']],
        [['Sleeves buttoned at the wrist', '扣紧袖口'], ['Scarves, lanyards, cords', '围巾、挂绳、抽绳']],
        [['Hair tied up, under a cap', '头发盘起，戴工作帽'], ['Rings, watches, bracelets', '戒指、手表、手链']],
        [['Closed shoes with firm soles', '封闭的硬底鞋'], ['Earphones', '耳机']],
      ] },
    ],
  },
  {
    id: 'stand', title: ['Where to stand', '站在哪里'], blocks: [
      { figure: 'throw-plane.svg', alt: ['The lathe from above. A red band across the chuck marks where parts would fly; the operator stands to the right of it, at the carriage.', '车床俯视图。穿过卡盘的红色带状区域是零件可能飞出的方向；操作者站在它右侧、床鞍前方。'], caption: ['Whatever leaves the chuck flies in its plane. Stand beside the plane when you start.', '从卡盘飞出的东西都在它的旋转平面内。启动时站在平面之外。'] },
      { text: ['A key left in a 200 mm chuck leaves at ten metres a second when the spindle reaches 1000 revolutions: as fast as a sprinter, and made of steel. So the rule has no exception: the key never leaves your hand while it is in the chuck.', '扳手留在直径 200 mm 的卡盘上，主轴达到 1000 转时会以每秒十米的速度飞出：像短跑选手一样快，而且是钢的。所以这条规则没有例外：扳手在卡盘上时，手绝不松开。'] },
    ],
  },
  {
    id: 'speed', title: ['Thick bar, slow spindle', '工件越粗，转速越低'], blocks: [
      { text: ['The tool feels how fast the surface passes it: the cutting speed v, in metres per minute. For mild steel and a tool of high-speed steel, 25 m/min is a good start. The thicker the bar, the fewer turns it takes to reach it.', '刀具感受到的是工件表面经过它的速度：切削速度 v，单位米每分。高速钢车刀车低碳钢，25 m/min 是合适的起点。工件越粗，达到这个速度所需的转速就越低。'] },
      { calculator: true },
      { text: ['Move the slider. Double the diameter and the speed is halved.', '移动滑块：直径加倍，转速减半。'] },
    ],
  },
];

export const QUIZ_TITLE = ['Five questions', '五道题'];

export const QUESTIONS = [
  { id: 'gloves', correct: 'b', text: ['A bar has sharp edges. How do you protect your hands while it turns?', '工件边缘锋利，旋转时怎样保护双手？'],
    options: { a: ['With thin cotton gloves', '戴薄棉纱手套'], b: ['By keeping them away, without gloves', '不戴手套，让手远离'], c: ['With leather gloves, done up at the wrist', '戴系紧腕口的皮手套'] },
    why: ['Any glove can be wound up with the hand inside it.', '任何手套都可能连手一起被卷入。'] },
  { id: 'key', correct: 'c', text: ['You tightened the chuck, and the phone rings. Where does the key go?', '刚夹紧卡盘，电话响了。扳手放哪里？'],
    options: { a: ['It may stay in the chuck for a moment', '可以先留在卡盘上一会儿'], b: ['On the bed, next to the chuck', '放在卡盘旁的床身上'], c: ['Into its holder, before anything else', '先放回支座，再做别的'] },
    why: ['Only the holder is safe: somebody else may press start.', '只有支座是安全的：别人可能会按下启动。'] },
  { id: 'stand', correct: 'a', text: ['Where do you stand when you press start?', '按下启动按钮时应站在哪里？'],
    options: { a: ['Beside the plane of the chuck, at the carriage', '卡盘旋转平面之外，床鞍前方'], b: ['Right in front of the chuck, to see it well', '正对卡盘，便于观察'], c: ['Behind the tailstock', '尾座后面'] },
    why: ['What flies off flies in the plane of the chuck, and your hand must still reach the stop.', '飞出物在卡盘平面内；同时手要够得着停止按钮。'] },
  { id: 'speed', correct: 'b', text: ['v = 25 m/min, d = 80 mm. Which spindle speed?', 'v = 25 m/min，d = 80 mm，主轴转速应为？'],
    options: { a: ['About 400 rpm', '约 400 转/分'], b: ['About 100 rpm', '约 100 转/分'], c: ['About 1000 rpm', '约 1000 转/分'] },
    why: ['1000 · 25 ÷ (3.14 · 80) ≈ 100.', '1000 · 25 ÷ (3.14 · 80) ≈ 100。'] },
  { id: 'chips', correct: 'c', text: ['A long chip hangs from the tool. What do you do?', '车刀上挂着一条长切屑，怎么办？'],
    options: { a: ['Pull it off with pliers while it turns', '旋转时用钳子拉掉'], b: ['Blow it away with compressed air', '用压缩空气吹走'], c: ['Stop the spindle, then use hook or brush', '先停车，再用钩子或毛刷'] },
    why: ['A chip caught by the bar pulls whatever holds it.', '切屑被工件卷住时，会把拿着它的东西一起拉过去。'] },
];
