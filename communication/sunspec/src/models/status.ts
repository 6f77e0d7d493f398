/** What the inverter is doing: connections, lifetime energies, which controls bite. */
import { layout } from "../model.ts";

export const status = layout([
  ["ID", 0, "uint16", 1],
  ["L", 1, "uint16", 1],
  ["PVConn", 2, "bitfield16", 1],
  ["StorConn", 3, "bitfield16", 1],
  ["ECPConn", 4, "bitfield16", 1],
  ["ActWh", 5, "acc64", 4, null, "Wh"],
  ["ActVAh", 9, "acc64", 4, null, "VAh"],
  ["ActVArhQ1", 13, "acc64", 4, null, "varh"],
  ["ActVArhQ2", 17, "acc64", 4, null, "varh"],
  ["ActVArhQ3", 21, "acc64", 4, null, "varh"],
  ["ActVArhQ4", 25, "acc64", 4, null, "varh"],
  ["VArAval", 29, "int16", 1, "VArAval_SF", "var"],
  ["VArAval_SF", 30, "sunssf", 1],
  ["WAval", 31, "uint16", 1, "WAval_SF", "var"],
  ["WAval_SF", 32, "sunssf", 1],
  ["StSetLimMsk", 33, "bitfield32", 2],
  ["StActCtl", 35, "bitfield32", 2],
  ["TmSrc", 37, "string", 4],
  ["Tms", 41, "uint32", 2, null, "Secs"],
  ["RtSt", 43, "bitfield16", 1],
  ["Ris", 44, "uint16", 1, "Ris_SF", "ohms"],
  ["Ris_SF", 45, "sunssf", 1],
]);
