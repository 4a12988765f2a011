// The map of the console: holds what the page set, draws it when something changed, answers the pointer.
import type { Alert, Picture, Trails } from "../stream/types";
import { AVIATION, type Units } from "../words/units";
import { addButtons, type Buttons } from "./buttons";
import { frameOf, unproject, zoomForSpan } from "./camera";
import { type Columns, columnsOf, EMPTY } from "./columns";
import { ALL_LAYERS, type Filters, type Layers, type MapOptions, type MapView, NO_FILTERS } from "./contract";
import { coveredBoxes, mark } from "./host";
import { type HoverCard, hoverCard } from "./hover";
import "./map.css";
import { clicked, pointed, RULER_OFF, RULER_ON, type Ruler } from "./measure";
import { makeOverlay } from "./overlay";
import { placeOf } from "./pair";
import { MOUSE_REACH_PX, nearest, TOUCH_REACH_PX } from "./picking";
import { onPointer } from "./pointer";
import { type Readings, readingsOf } from "./readings";
import type { Scene } from "./scene";
import { screenOf } from "./screen";
import { type RigHolder, type Start, startRig } from "./start";
import { makeSprites, type Sprites } from "./symbols";
import { readTokens, type Tokens } from "./tokens";
import { TrailStore } from "./trails";
import { LINE_PX, NAME_PX, TypeRule } from "./type";

/** Makes the map inside `host`; it fills the host and follows its size. */
export const createMap = (host: HTMLElement, options: MapOptions): MapView => new AirMap(host, options);

class AirMap implements MapView {
  private readonly cancel = new AbortController();
  private readonly root = document.createElement("div");
  private readonly overlay = makeOverlay();
  private readonly tokens: Tokens;
  private readonly bold: TypeRule;
  private readonly plain: TypeRule;
  private readonly trails = new TrailStore();
  private readonly resized: ResizeObserver;
  private readonly home: Start;
  private readonly rig: RigHolder;
  private readonly card: HoverCard;
  private readonly buttons: Buttons;
  private sprites: Sprites;
  private read: Readings;
  private picture: Picture | null = null;
  private alerts: readonly Alert[] = [];
  private selectedId: string | null = null;
  private pickedId = "";
  private pointer: { readonly x: number; readonly y: number } | null = null;
  private layers: Layers = ALL_LAYERS;
  private filters: Filters = NO_FILTERS;
  private ruler: Ruler = RULER_OFF;
  private columns: Columns = EMPTY;
  private outdated = true; // the columns are older than what was set
  private scene: Scene | null = null;
  private due = 0;
  private told: (id: string | null) => void = () => {};

  constructor(
    private readonly host: HTMLElement,
    private readonly options: MapOptions,
  ) {
    const { desk, strings } = options;
    this.tokens = readTokens(host);
    this.bold = new TypeRule(`700 ${NAME_PX}px ${this.tokens.font}`);
    this.plain = new TypeRule(`${LINE_PX}px ${this.tokens.font}`);
    this.sprites = makeSprites(this.tokens, ratioNow());
    this.read = readingsOf(strings, AVIATION);
    this.home = { place: desk.view, zoom: zoomForSpan(desk.view.span_deg, host.clientWidth) };
    const surface = this.build();
    this.rig = startRig(surface, this.home, this.tokens, this.redraw);
    this.card = hoverCard(this.root, (id) => desk.parties.find((party) => party.id === id)?.name ?? id);
    this.buttons = this.addButtons();
    this.listen(surface);
    this.name();
    this.resized = new ResizeObserver(this.redraw);
    this.resized.observe(host);
    this.redraw();
  }

  setPicture(picture: Picture): void {
    this.trails.add(picture);
    this.picture = picture;
    this.recolumn();
  }

  setAlerts(alerts: readonly Alert[]): void {
    this.alerts = alerts;
    this.recolumn();
  }

  setSelected(alertId: string | null): void {
    this.selectedId = alertId;
    this.redraw();
  }

  setLayers(layers: Layers): void {
    this.layers = layers;
    this.recolumn();
  }

  setFilters(filters: Filters): void {
    this.filters = filters;
    this.recolumn();
  }

  /** Also to be called after a change of language: every number and word is written again. */
  setUnits(units: Units): void {
    this.read = readingsOf(this.options.strings, units);
    this.name();
    this.redraw();
  }

  setTrails(trails: Trails): void {
    this.trails.load(trails);
    this.redraw();
  }

  centreOn(alert: Alert): void {
    const place = placeOf(this.picture, this.columns, alert);
    if (place) this.rig.rig.jump(place);
  }

  measure(on: boolean): void {
    this.ruler = on ? RULER_ON : RULER_OFF;
    this.redraw();
  }

  onSelectTrack(callback: (id: string | null) => void): void {
    this.told = callback;
  }

  setStale(asOf_s: number | null): void {
    this.host.toggleAttribute("data-stale", asOf_s !== null);
  }

  destroy(): void {
    cancelAnimationFrame(this.due);
    this.resized.disconnect();
    this.cancel.abort();
    this.rig.destroy();
    this.root.remove();
  }

  private build(): HTMLElement {
    const surface = document.createElement("div");
    this.root.className = "map-root";
    surface.className = "map-surface";
    this.root.append(surface, this.overlay.canvas);
    this.root.tabIndex = 0;
    this.root.setAttribute("role", "group");
    this.host.append(this.root);
    return surface;
  }

  private addButtons(): Buttons {
    const moves = {
      zoomBy: (steps: number) => this.rig.rig.zoomBy(steps),
      panBy: (x: number, y: number) => this.rig.rig.panBy(x, y),
      home: () => this.rig.rig.jump(this.home.place, this.home.zoom),
    };
    return addButtons(this.root, moves, this.cancel.signal);
  }

  private listen(surface: HTMLElement): void {
    const answers = {
      click: (x: number, y: number, finger: boolean) => this.click(x, y, finger),
      move: (x: number, y: number) => this.hover(x, y),
      leave: () => {
        this.pointer = null;
        this.card.hide();
      },
    };
    onPointer(surface, answers, this.cancel.signal);
  }

  private name(): void {
    this.root.setAttribute("aria-label", this.options.strings("map-name"));
    this.buttons.name(this.options.strings);
  }

  private click(x: number, y: number, finger: boolean): void {
    const row = this.rowAt(x, y, finger ? TOUCH_REACH_PX : MOUSE_REACH_PX);
    const id = row < 0 ? "" : (this.picture?.id[row] ?? "");
    if (this.ruler.on && this.scene) {
      this.ruler = clicked(this.ruler, { place: unproject(this.scene.frame, x, y), id });
    } else {
      this.pickedId = id;
      this.told(id === "" ? null : id);
    }
    this.redraw();
  }

  private hover(x: number, y: number): void {
    if (this.scene && this.ruler.ends.length === 1) {
      this.ruler = pointed(this.ruler, unproject(this.scene.frame, x, y));
      this.redraw();
    }
    this.pointer = { x, y };
    this.showCard();
  }

  /** The card follows the picture, not only the pointer. */
  private showCard(): void {
    if (!this.pointer || !this.picture) return;
    const { x, y } = this.pointer;
    const row = this.rowAt(x, y, MOUSE_REACH_PX);
    if (row >= 0) this.card.show(this.picture, row, this.read, x, y);
    else this.card.hide();
  }

  private rowAt(x: number, y: number, reach_px: number): number {
    return this.scene ? nearest(this.scene.columns, this.scene.screen, x, y, reach_px) : -1;
  }

  private recolumn(): void {
    this.outdated = true;
    this.redraw();
  }

  private readonly redraw = (): void => {
    if (this.due === 0) this.due = requestAnimationFrame(this.draw);
  };

  private readonly draw = (): void => {
    this.due = 0;
    const began_ms = performance.now();
    const frame = frameOf(this.rig.rig.camera());
    if (frame.camera.width_px === 0 || frame.camera.height_px === 0) return;
    if (this.sprites.ratio !== ratioNow()) this.sprites = makeSprites(this.tokens, ratioNow());
    if (this.outdated && this.picture) {
      const choice = { filters: this.filters, allHeights: this.layers.allHeights };
      this.columns = columnsOf(this.picture, this.options.desk.parties, this.alerts, choice);
      this.outdated = false;
    }
    const { columns, picture, alerts, layers, trails, ruler, sprites, tokens, read, bold, plain } = this;
    this.scene = this.overlay.paint({
      ...{ columns, picture, alerts, layers, trails, ruler, sprites, tokens, read, bold, plain },
      frame,
      screen: screenOf(columns, frame),
      desk: this.options.desk,
      selected: alerts.find(({ id }) => id === this.selectedId) ?? null,
      picked: columns.row.get(this.pickedId) ?? -1,
      base: this.rig.base,
      covered: coveredBoxes(this.host),
    });
    this.showCard();
    mark(this.host, this.scene, performance.now() - began_ms);
  };
}

const ratioNow = (): number => window.devicePixelRatio || 1;
