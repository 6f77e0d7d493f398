/** Writes rows, each in its own transaction, and says so after each commit, until it is killed. */
import { openDatabase } from "../open.ts";

const [folder = "", from = "0"] = process.argv.slice(2);
const database = await openDatabase(`pglite:${folder}`);
for (let row = Number(from) + 1; ; row += 1) {
  await database.query("INSERT INTO setting VALUES ($1, $2)", [`row ${row}`, String(row)]);
  process.stdout.write(`${row}\n`);
}
