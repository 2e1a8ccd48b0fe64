// Opens every page of a folder in Chromium and fails on anything that a reader could stumble over: a policy violation
// or a request to anywhere, an axe-core finding in light or dark, invalid HTML, sideways scrolling at any width,
// evidence that stays folded on paper. `--shots DIR` keeps pictures and PDFs for looking at.
import { createRequire } from "node:module";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import puppeteer from "puppeteer-core";

const folder = resolve(process.argv[2] ?? "");
const shots = process.argv[3] === "--shots" ? resolve(process.argv[4]) : undefined;
const pages = existsSync(folder) ? readdirSync(folder).filter((f) => f.endsWith(".html")).sort() : [];
if (!process.argv[2] || pages.length === 0) {
  console.error(`no pages in ${folder}: run "cargo test --test golden pages" first, and give the folder it names`);
  process.exit(1);
}
const browserPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (!browserPath) {
  console.error("no Chromium: apt-get install chromium fonts-noto-cjk");
  process.exit(1);
}
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const validator = new HtmlValidate(
  new StaticConfigLoader({
    extends: ["html-validate:recommended", "html-validate:document"],
    rules: {
      // maud writes every attribute with quotes and void elements without a slash; long lines are no mistake.
      "no-trailing-whitespace": "off",
      "long-title": "off",
      "doctype-style": "off",
    },
  }),
);
const widths = [360, 768, 1280];
// A4 less the margins of the style sheet, at 96 dots an inch.
const paper = Math.floor(((210 - 26) / 25.4) * 96);
const problems = [];

const browser = await puppeteer.launch({
  executablePath: browserPath,
  headless: true,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
if (shots) mkdirSync(shots, { recursive: true });

for (const name of pages) {
  const problem = (text) => problems.push(`${name}: ${text}`);
  const html = readFileSync(join(folder, name), "utf8");
  const report = await validator.validateString(html, name);
  for (const { messages } of report.results) {
    for (const m of messages) problem(`${m.line}:${m.column} ${m.ruleId}: ${m.message}`);
  }

  const page = await browser.newPage();
  const address = pathToFileURL(join(folder, name)).href;
  page.on("request", (r) => r.url().split("#")[0] === address || problem(`asks for ${r.url()}`));
  page.on("console", (m) => problem(`console: ${m.text()}`));
  page.on("pageerror", (e) => problem(`error: ${e}`));
  for (const scheme of ["light", "dark"]) {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    for (const width of widths) {
      await page.setViewport({ width, height: 900 });
      if (page.url() !== address) await page.goto(address);
      const over = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
      if (over > 0) problem(`${over} pixels too wide at ${width}`);
      if (shots) await page.screenshot({ path: join(shots, `${name}-${width}-${scheme}.png`), fullPage: true });
    }
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
      return violations.map((v) => `${v.id}: ${v.help} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 160)}`);
    });
    for (const text of found) problem(`axe, ${scheme}: ${text}`);
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = false)));
  }

  const tree = await page.accessibility.snapshot({ interestingOnly: false });
  const roles = new Map();
  const walk = (node) => {
    roles.set(node.role, (roles.get(node.role) ?? 0) + 1);
    if (["image", "img", "table"].includes(node.role) && !node.name) problem(`${node.role} without a name`);
    (node.children ?? []).forEach(walk);
  };
  walk(tree);
  for (const role of ["main", "heading", "table", "columnheader", "rowheader"]) {
    if (!roles.get(role)) problem(`the accessibility tree has no ${role}`);
  }

  await page.emulateMediaType("print");
  await page.setViewport({ width: paper, height: 1000 });
  const print = await page.evaluate(() => ({
    over: document.scrollingElement.scrollWidth - window.innerWidth,
    folded: [...document.querySelectorAll("details dl")].filter((d) => d.getBoundingClientRect().height === 0).length,
  }));
  if (print.over > 0) problem(`${print.over} pixels too wide on A4`);
  if (print.folded > 0) problem(`${print.folded} pieces of evidence folded on paper`);
  const pdf = Buffer.from(await page.pdf({ preferCSSPageSize: true, printBackground: true }));
  if (!pdf.includes("/Type /Page") && !pdf.includes("/Type/Page")) problem("the PDF has no page");
  if (shots) writeFileSync(join(shots, `${name}.pdf`), pdf);
  await page.close();
}
await browser.close();

for (const text of problems.slice(0, 60)) console.error(text);
console.log(`${pages.length} pages at ${widths.join(", ")} pixels and on A4, light and dark: ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
