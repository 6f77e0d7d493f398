/** Names the programs that some tests want and npm cannot bring, with the line that installs them. It never fails. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const needs = [
  { what: "socat", packages: "socat", why: "serial lines over a pty pair" },
  { what: "mbpoll", packages: "mbpoll", why: "libmodbus as an independent client" },
  { what: "cc", packages: "gcc libc6-dev libmodbus-dev", why: "libmodbus as an independent server" },
  { what: "mosquitto", packages: "mosquitto", why: "a broker that can be killed" },
  { what: "postgres", packages: "postgresql", why: "the store on PostgreSQL" },
];

const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
for (const version of [15, 16, 17, 18]) folders.push(`/usr/lib/postgresql/${version}/bin`);
const missing = needs.filter(({ what }) => !folders.some((folder) => existsSync(join(folder, what))));
if (missing.length > 0) {
  process.stderr.write("Some tests are skipped, since this machine lacks:\n");
  for (const { what, why } of missing) process.stderr.write(`  ${what.padEnd(10)} ${why}\n`);
  process.stderr.write(`On Debian: apt-get install ${missing.map(({ packages }) => packages).join(" ")}\n`);
}
if (process.env.CSJ_TEST_DATA === undefined) {
  process.stderr.write("Tests on recorded data are skipped: CSJ_TEST_DATA does not name a folder of it.\n");
}
