// Writes zoom/browsers.json anew: release days of the browsers that the editions name.
//
//   node requirements/refresh-browsers.mjs [path of data.json]
//
// Without a path, the npm package @mdn/browser-compat-data (CC0-1.0) is fetched into a temporary folder. The day of the
// data is the package's own build day: the judge calls releases that are older than 60 days stale, so run this with
// every release of meetready, and at least every second month.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const KEEP = 20;
const PACKAGE = "@mdn/browser-compat-data";
// Our id: theirs. The browser that Android brings along is its system WebView.
const BROWSERS = {
  "android-browser": "webview_android",
  chrome: "chrome",
  "chrome-android": "chrome_android",
  edge: "edge",
  firefox: "firefox",
  "firefox-android": "firefox_android",
  safari: "safari",
  "safari-ios": "safari_ios",
};
const RELEASED = new Set(["retired", "current", "esr"]);

function load(path) {
  if (path) return JSON.parse(readFileSync(path, "utf8"));
  const folder = mkdtempSync(join(tmpdir(), "browsers-"));
  try {
    execFileSync("npm", ["install", "--no-save", "--ignore-scripts", "--prefix", folder, PACKAGE], { stdio: "inherit" });
    return JSON.parse(readFileSync(join(folder, "node_modules", PACKAGE, "data.json"), "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const data = load(process.argv[2]);
const asOf = data.__meta.timestamp.slice(0, 10);

function releases(id) {
  return Object.entries(data.browsers[id].releases)
    .filter(([version, r]) => /^[0-9.]+$/.test(version) && RELEASED.has(r.status) && r.release_date && r.release_date <= asOf)
    .map(([version, r]) => ({ version, date: r.release_date }))
    .sort((a, b) => a.date.localeCompare(b.date) || a.version.localeCompare(b.version, "en", { numeric: true }))
    .slice(-KEEP);
}

const lines = Object.entries(BROWSERS).map(
  ([ours, theirs]) =>
    `    "${ours}": [\n` +
    releases(theirs).map((r) => `      { "version": "${r.version}", "date": "${r.date}" }`).join(",\n") +
    "\n    ]",
);
const source = { document: PACKAGE, version: data.__meta.version, section: "browsers.*.releases", as_of: asOf, confidence: "document" };
const text = `{
  "$schema": "../schema/browsers.schema.json",
  "as_of": "${asOf}",
  "source": ${JSON.stringify(source).replaceAll('":', '": ').replaceAll(',"', ', "').replace("{", "{ ").replace("}", " }")},
  "browsers": {
${lines.join(",\n")}
  }
}
`;
JSON.parse(text);
writeFileSync(join(fileURLToPath(new URL(".", import.meta.url)), "zoom", "browsers.json"), text);
