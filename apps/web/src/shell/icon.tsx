/** Our own few icons, drawn on a 24 px grid with one pen. They always stand beside a word, so they have no name. */
const paths = {
  sun: "M12 7.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M4.9 4.9l1.8 1.8M17.3 17.3l1.8 1.8M19.1 4.9l-1.8 1.8M6.7 17.3l-1.8 1.8",
  moon: "M20 14.5A8 8 0 1 1 9.5 4a6.5 6.5 0 0 0 10.5 10.5z",
  house: "M3.5 11.5 12 4l8.5 7.5M6 9.5V20h12V9.5",
  pylon: "M12 3 7 21M12 3l5 18M8.9 14h6.2M6 8h12M9.8 21l5.3-7M14.2 21l-5.3-7M6 8v2M18 8v2",
  held: "M4 7h16M12 20V11M8.5 14.5 12 11l3.5 3.5",
  check: "M5 12.5 10 17.5 19.5 7",
  warning: "M12 4 2.5 20h19zM12 10v4.5M12 17.2v.3",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.5l3 2",
  gap: "M4 6h4M16 6h4M4 18h4M16 18h4M10.5 6h3M10.5 18h3M4 10v4M20 10v4",
  rising: "M5 18 19 6M11 6h8v8",
  unplugged: "M4 4l16 16M9 3v3M15 3v5M7 8v3a5 5 0 0 0 7.5 4.3M17 8v3M12 16v5",
  left: "M14.5 5 8 12l6.5 7",
  right: "M9.5 5 16 12l-6.5 7",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.75"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
