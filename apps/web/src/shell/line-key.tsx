/** A piece of a plot's line beside its name, so that colour and dashes are explained where they are used. */
interface LineKeyProps {
  /** As CSS says it: `var(--grid)`. */
  colour: string;
  dashes?: string;
  width?: number;
}

export function LineKey({ colour, dashes = "", width = 2 }: LineKeyProps) {
  return (
    <svg width={28} height={8} aria-hidden="true">
      <line x1={0} x2={28} y1={4} y2={4} stroke={colour} stroke-width={width} stroke-dasharray={dashes} />
    </svg>
  );
}
