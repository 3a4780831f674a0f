// Whether the palette is open: the frame shows it, and a screen whose search is the palette may open it too.

class Finding {
  open = $state(false);
}

export const finding = new Finding();
