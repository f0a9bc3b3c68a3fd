// HTML on standard input; on standard output what html-validate says of it, as JSON.
// With the word "page" it is a page of ours, which has to do without what mails may have.
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

const isPage = process.argv[2] === "page";
// What the standard says already: how a doctype may be written, what a field or a button is; and
// boxes of one question have one name.
const ours = {
  "doctype-style": "off",
  "no-implicit-button-type": "off",
  "no-implicit-input-type": "off",
  "form-dup-name": ["error", { shared: ["button", "checkbox", "radio", "reset", "submit"] }],
};

const validator = new HtmlValidate(
  new StaticConfigLoader({
    root: true,
    extends: ["html-validate:recommended"],
    rules: isPage ? ours : Object.fromEntries(byNature.map((rule) => [rule, "off"])),
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
