// What a page can do better with a script. Every page works without it; nothing typed leaves the browser but by its form.
(() => {
  const kept = "pasarela:";
  // Some browsers keep nothing, and say so by an exception.
  const store = (act) => { try { return act(sessionStorage); } catch { return null; } };
  // Never a password, nor what only we put there.
  const mayKeep = (field) => field.form?.hasAttribute("data-keep") && !field.readOnly && ["text", "email"].includes(field.type);
  // Each phone has its own: two people may open their links in one browser.
  const key = (field) => kept + field.form.dataset.keep + ":" + field.form.id + ":" + field.name;

  const arrive = () => {
    if (document.querySelector("[data-forget]")) {
      store((s) => Object.keys(s).filter((name) => name.startsWith(kept)).forEach((name) => s.removeItem(name)));
    }
    for (const field of document.querySelectorAll("form[data-keep] input")) {
      if (mayKeep(field) && !field.value) field.value = store((s) => s.getItem(key(field))) ?? "";
    }
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  };

  document.addEventListener("input", ({ target }) => {
    if (target.dataset.shape) target.setCustomValidity("");
    if (mayKeep(target)) store((s) => s.setItem(key(target), target.value));
  });
  // Doesn't bubble.
  document.addEventListener("invalid", ({ target }) => {
    if (target.validity.patternMismatch) target.setCustomValidity(target.dataset.shape ?? "");
  }, true);
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest?.("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    try { await navigator.clipboard.writeText(field.value); }
    // Browsers inside apps often have only the old way.
    catch { field.select(); document.execCommand("copy"); }
    button.textContent = button.dataset.done;
  });
  document.addEventListener("htmx:after:swap", arrive);

  arrive();
  document.querySelector("[role=alert]")?.focus();
})();
