// Puts an excerpt under each result of the search that has no description of its own.
(() => {
  const results = document.getElementById("search-results");
  if (!results) return;
  const query = new URLSearchParams(location.search).get("q") || "";
  const words = query.toLowerCase().match(/[\p{Letter}\p{Number}_]+/gu) || [];

  function excerpt(page) {
    const text = searchExcerpts.pages[page] || "";
    const lower = text.toLowerCase();
    const found = words.map((word) => lower.indexOf(word)).filter((at) => at >= 0);
    const start = found.length ? text.lastIndexOf(" ", Math.max(0, Math.min(...found) - 90)) + 1 : 0;
    const end = text.indexOf(" ", start + 220);
    return (start ? "… " : "") + text.slice(start, end < 0 ? undefined : end) + (end < 0 ? "" : " …");
  }

  function mark(paragraph, text) {
    let rest = 0;
    const pattern = new RegExp(words.map((word) => `\\b${word}`).join("|"), "giu");
    for (const match of words.length ? text.matchAll(pattern) : []) {
      const strong = document.createElement("strong");
      strong.textContent = match[0];
      paragraph.append(text.slice(rest, match.index), strong);
      rest = match.index + match[0].length;
    }
    paragraph.append(text.slice(rest));
  }

  new MutationObserver((changes) => {
    for (const item of changes.flatMap((change) => [...change.addedNodes])) {
      const link = item.nodeName === "LI" && item.querySelector("a");
      if (!link) continue;
      for (const [latex, text] of Object.entries(searchExcerpts.titles)) {
        link.textContent = link.textContent.replace(latex, () => text);
      }
      if (item.querySelector("span")) continue;
      const page = decodeURIComponent(link.getAttribute("href").split("#")[0].replace(/\.html.*$/, ""));
      const paragraph = document.createElement("p");
      paragraph.className = "context";
      mark(paragraph, excerpt(page));
      item.append(paragraph);
    }
  }).observe(results, { childList: true, subtree: true });
})();
