// Where what floats is put: inside the frame's landmark, so that a screen reader still knows where it is.

/** The element with id `overlay`, or the body where there is no frame (a part on its own in a test). */
export function overlay(): Element {
  return document.getElementById('overlay') ?? document.body;
}
