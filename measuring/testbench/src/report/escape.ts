const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** For HTML text and attributes in double quotes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (one) => entities[one] ?? one);
}
