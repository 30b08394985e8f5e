// Applies the saved theme and language before the first paint, so that the page never flashes.
(function () {
  try {
    var theme = localStorage.getItem("glms.theme") || "system";
    var dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.classList.toggle("dark", dark);
    var language = localStorage.getItem("glms.language") || navigator.language || "en";
    document.documentElement.lang = /^zh/i.test(language) ? "zh-CN" : "en";
  } catch {
    document.documentElement.lang = "en";
  }
})();
