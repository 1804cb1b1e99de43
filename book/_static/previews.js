// Pointing at a reference, or reaching it with the keyboard, shows what it refers to. Escape closes; the box stays as long
// as the pointer is on it.
(() => {
  const site = new URL(document.documentElement.dataset.content_root, location.href).href;
  const generated = /^(_modules|_sources|genindex|py-modindex|prf-prf|search)/;
  const pages = {};
  const box = document.createElement("div");
  box.id = "preview";
  box.setAttribute("role", "tooltip");
  box.hidden = true;
  document.body.append(box);
  let wanted = null;
  let shown = null;
  let timer = 0;

  window.bookPreviews = (page, contents) => pages[page].resolve(contents);

  function load(page) {
    if (!pages[page]) {
      const entry = (pages[page] = {});
      entry.contents = new Promise((resolve) => (entry.resolve = resolve));
      const script = document.createElement("script");
      script.src = `${site}previews/${page}.js`;
      document.head.append(script);
    }
    return pages[page].contents;
  }

  // What stands on this page is copied from it.
  function copy(anchor) {
    const found = document.getElementById(anchor);
    if (!found) return "";
    const section = found.matches("section, span") && found.closest("section");
    const parts = section ? [section.querySelector("h1, h2, h3, h4"), section.querySelector(":scope > p")] : [found];
    if (found.matches("dt")) parts.push(found.nextElementSibling.querySelector("p"));
    const copied = document.createElement("div");
    copied.append(...parts.filter(Boolean).map((part) => part.cloneNode(true)));
    copied.querySelectorAll(".headerlink, .equation-links").forEach((link) => link.remove());
    copied.querySelectorAll("a").forEach((link) => link.replaceWith(...link.childNodes));
    copied.querySelectorAll("[id]").forEach((part) => part.removeAttribute("id"));
    return copied.innerHTML;
  }

  function target(link) {
    const [address, anchor] = link.href.split("#");
    const path = address.startsWith(site) ? address.slice(site.length).split("?")[0] : "";
    if (!anchor || !path.endsWith(".html") || generated.test(path)) return null;
    return { page: path.slice(0, -5), anchor: decodeURIComponent(anchor) };
  }

  function place(link) {
    const line = link.getClientRects()[0];
    const room = document.documentElement.clientWidth - 16;
    box.style.maxWidth = `${Math.min(room, 640)}px`;
    box.style.left = `${scrollX + Math.max(8, Math.min(line.left, 8 + room - box.offsetWidth))}px`;
    const below = innerHeight - line.bottom > box.offsetHeight + 12 || line.top < box.offsetHeight + 12;
    box.style.top = `${scrollY + (below ? line.bottom + 6 : line.top - box.offsetHeight - 6)}px`;
  }

  async function show(link) {
    const { page, anchor } = target(link);
    const here = site + page + ".html" === location.href.split(/[?#]/)[0];
    const html = here ? copy(anchor) : (await load(page))[anchor];
    if (!html || wanted !== link) return;
    box.innerHTML = html;
    box.hidden = false;
    link.setAttribute("aria-describedby", box.id);
    shown = link;
    place(link);
  }

  function hide() {
    clearTimeout(timer);
    wanted = null;
    if (shown) shown.removeAttribute("aria-describedby");
    shown = null;
    box.hidden = true;
  }

  function want(link, delay) {
    clearTimeout(timer);
    if (link === shown) return;
    hide();
    wanted = link;
    timer = setTimeout(() => show(link), delay);
  }

  function reference(event) {
    const link = event.target instanceof Element && event.target.closest(".bd-article a.reference.internal");
    return link && target(link) ? link : null;
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(hide, 250);
  }

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const link = reference(event);
    if (link) want(link, 200);
    else if (box.contains(event.target)) clearTimeout(timer);
    else if (wanted && !wanted.matches(":focus-visible")) later();
  });
  document.addEventListener("focusin", (event) => {
    const link = reference(event);
    if (link && link.matches(":focus-visible")) want(link, 0);
    else hide();
  });
  document.addEventListener("focusout", later);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  addEventListener("pagehide", hide);
})();
