// Widths of text without asking the canvas each time: widths of single characters, added up.

export const NAME_PX = 12;
export const LINE_PX = 11;
export const LEADING_PX = 13;

export class TypeRule {
  private readonly widths = new Map<string, number>();
  private readonly pen: CanvasRenderingContext2D | null;

  constructor(readonly font: string) {
    this.pen = document.createElement("canvas").getContext("2d");
    if (this.pen) this.pen.font = font;
  }

  width(text: string): number {
    let sum = 0;
    for (const character of text) sum += this.widths.get(character) ?? this.learn(character);
    return sum;
  }

  private learn(character: string): number {
    const width = this.pen?.measureText(character).width ?? LINE_PX * 0.6;
    this.widths.set(character, width);
    return width;
  }
}
