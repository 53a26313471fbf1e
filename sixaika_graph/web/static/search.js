// Suggestions for the search field in the head of every page; without this the form works as it is.
"use strict";

const form = document.querySelector("form.search");
const field = form.querySelector("input[type=search]");
const list = document.createElement("datalist");
list.id = "suggestions";
form.append(list);
field.setAttribute("list", list.id);

const SHORTEST = 2;
const PAUSE = 150; // milliseconds without a key before the server is asked
const pages = new Map();
let timer;
let asking;

async function suggest() {
  asking?.abort();
  asking = new AbortController();
  const wanted = new URLSearchParams(new FormData(form));
  wanted.set("lang", document.documentElement.lang);
  wanted.set("limit", "8");
  wanted.set("format", "json");
  try {
    const answer = await fetch(`${form.action}?${wanted}`, { signal: asking.signal });
    if (answer.ok) show((await answer.json()).results);
  } catch (error) {
    // The visitor typed on, or the network failed: the form still works.
    if (error.name !== "AbortError") show([]);
  }
}

function show(results) {
  pages.clear();
  list.replaceChildren(
    ...results.map((result) => {
      const option = document.createElement("option");
      option.value = result.label;
      option.label = [result.label, result.type?.label].filter(Boolean).join(" – ");
      if (!pages.has(result.label)) pages.set(result.label, result.page);
      return option;
    }),
  );
}

field.addEventListener("input", (event) => {
  clearTimeout(timer);
  // A chosen suggestion comes as a replacement of the text, or as no typing at all.
  const chosen = !event.inputType || event.inputType === "insertReplacementText";
  const page = pages.get(field.value);
  if (chosen && page && new URL(page).origin === location.origin) {
    location.assign(page + (form.elements.lang ? `?lang=${form.elements.lang.value}` : ""));
  } else if (field.value.trim().length >= SHORTEST) {
    timer = setTimeout(suggest, PAUSE);
  }
});
