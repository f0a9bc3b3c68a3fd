// HTML on standard input; on standard output what html-validate says of it, as JSON.
import { text } from "node:stream/consumers";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

// What a mail does by nature: styles and old attributes on elements, since clients drop the rest,
// comments that only Outlook reads, and what the MJML compiler writes itself.
const byNature = [
  "doctype-style",
  "no-conditional-comment",
  "no-deprecated-attr",
  "no-inline-style",
  "prefer-native-element",
  "prefer-tbody",
  "void-style",
];

const validator = new HtmlValidate(
  new StaticConfigLoader({
    root: true,
    extends: ["html-validate:recommended"],
    rules: Object.fromEntries(byNature.map((rule) => [rule, "off"])),
  }),
);
const report = validator.validateStringSync(await text(process.stdin));
const found = report.results.flatMap((result) => result.messages);
console.log(
  JSON.stringify(
    found.map(({ ruleId, message, selector, line, column }) => ({
      rule: ruleId,
      message,
      element: selector ?? "",
      at: `${line}:${column}`,
    })),
  ),
);
