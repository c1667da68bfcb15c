// Before the first paint, so that a chosen theme doesn't flash: see src/lib/prefs.ts.
(() => {
  try {
    const theme = localStorage.getItem("sluice.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // no storage: the system's theme
  }
})();
