/** The token that writes need: made at the first start, in a file that only its owner reads. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { errors } from "./errors.ts";

const TOKEN_BYTES = 24;

export function tokenOf(file: string): string {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `${randomBytes(TOKEN_BYTES).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  }
  const token = readFileSync(file, "utf8").trim();
  if (token.length < TOKEN_BYTES) throw errors.HEADEND_CONFIG("The token file holds no token.", { file });
  return token;
}

export function checkToken(token: string, authorization: string | undefined): void {
  const given = Buffer.from(authorization?.replace(/^Bearer +/i, "") ?? "");
  const wanted = Buffer.from(token);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw errors.HEADEND_TOKEN(authorization === undefined ? "A token is needed." : "This is not the token.");
  }
}
