/** A sideways stroke over the head of a day turns to the next or the last one. */
const FAR_PX = 56;

export function swipe(turn: (days: number) => void) {
  let from: { x: number; y: number } | undefined;
  return {
    onTouchStart: (event: TouchEvent) => {
      const touch = event.touches[0];
      from = touch === undefined || event.touches.length > 1 ? undefined : { x: touch.clientX, y: touch.clientY };
    },
    onTouchEnd: (event: TouchEvent) => {
      const touch = event.changedTouches[0];
      if (from === undefined || touch === undefined) return;
      const across = touch.clientX - from.x;
      const along = touch.clientY - from.y;
      from = undefined;
      if (Math.abs(across) > FAR_PX && Math.abs(across) > 2 * Math.abs(along)) turn(across < 0 ? 1 : -1);
    },
  };
}
