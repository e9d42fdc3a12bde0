/** An empty page of a package, in this window: what it asks for reaches the worker that serves the package. */
export function openStage({ document }: Window, url: string, title: string): Promise<HTMLIFrameElement> {
  const stage = document.createElement('iframe');
  stage.title = title;
  stage.allow = 'autoplay; fullscreen; encrypted-media; picture-in-picture';
  stage.allowFullscreen = true;
  Object.assign(stage.style, { position: 'fixed', inset: '0', inlineSize: '100%', blockSize: '100%', border: '0' });
  stage.src = url;
  return new Promise((resolve) => {
    stage.addEventListener('load', () => resolve(stage), { once: true });
    document.body.replaceChildren(stage);
  });
}
