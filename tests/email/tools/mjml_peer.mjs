// MJML on standard input; on standard output what npm's mjml makes of it, as JSON: the HTML, what its
// validator says, and the milliseconds of each further render. The argument is how many those are.
import { text } from "node:stream/consumers";
import mjml from "mjml";

const source = await text(process.stdin);
const options = { fonts: {}, keepComments: false, validationLevel: "soft" };
const { html, errors } = await mjml(source, options);
const milliseconds = [];
for (let run = 0; run < Number(process.argv[2] ?? 0); run += 1) {
  const start = performance.now();
  await mjml(source, options);
  milliseconds.push(performance.now() - start);
}
console.log(
  JSON.stringify({ html, errors: errors.map((error) => error.formattedMessage), milliseconds }),
);
