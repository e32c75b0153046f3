// What a page cannot do without a script: copy, and say what has changed. Without, it works too.
"use strict";

const say = (words) => { document.getElementById("said").textContent = words; };

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea"); // no secure origin, as on a plain http:// address
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

const showButtons = () => {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await copy(document.getElementById(button.dataset.copy).textContent);
  button.classList.add("done");
  setTimeout(() => button.classList.remove("done"), 2000);
  say("");
  say(document.getElementById("said").dataset.copied);
});

document.addEventListener("htmx:afterSettle", () => {
  showButtons();
  const verdict = document.getElementById("sentence");
  if (verdict) say(verdict.textContent);
});

// A form that was sent is not sent again while its answer is being made.
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("button.main");
  if (button?.hasAttribute("aria-busy")) event.preventDefault();
  button?.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

showButtons();
