// What scrolls sideways must be reachable with the keyboard, and what does not scroll must not be a stop on the way.
(() => {
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
  document.fonts.ready.then(markScrollers);
})();
