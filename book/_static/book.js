(() => {
  // Formulas and paragraphs below the window wait until the page stands (book.css). They are laid out soon after, since
  // screen readers get no MathML of what waits; in portions, so that the reader can act meanwhile.
  const waiting = [...document.querySelectorAll(".bd-article div.math, .bd-article p")];

  function layOut(count) {
    for (const element of waiting.splice(0, count)) {
      element.style.contentVisibility = "visible";
    }
  }

  // Heights of what waits are guessed, so a place on the page is found only when all is laid out.
  const layOutAll = () => layOut(waiting.length);
  if (location.hash) {
    layOutAll();
  }
  document.addEventListener("click", (event) => event.target.closest("a[href*='#']") && layOutAll(), true);

  // What scrolls sideways must be reachable with the keyboard, and what does not scroll must not be a stop on the way.
  const scrollers = ".katex-display, .bd-article table, .highlight pre, .cell_output pre";

  function markScrollers() {
    for (const element of document.querySelectorAll(scrollers)) {
      if (element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight) {
        element.tabIndex = 0;
      } else {
        element.removeAttribute("tabindex");
      }
    }
  }

  let pending = 0;
  window.addEventListener("resize", () => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(markScrollers);
  });
  document.addEventListener("toggle", markScrollers, true);

  function layOutRest() {
    layOut(30);
    if (waiting.length > 0) {
      soon(layOutRest);
    } else {
      // Fonts that only what waited needs are asked for now, and they change what is wider than its box.
      requestAnimationFrame(() => document.fonts.ready.then(finish));
    }
  }

  function finish() {
    markScrollers();
    document.documentElement.classList.add("laid-out");
  }

  // The second frame begins when the first one, with all fonts, has been drawn.
  const soon = window.requestIdleCallback ?? setTimeout;
  const begin = () => requestAnimationFrame(() => requestAnimationFrame(() => soon(layOutRest)));
  window.addEventListener("load", () => document.fonts.ready.then(begin));
})();
