import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameOf, project, pxPerMetre, unproject, zoomForSpan } from "./camera";
import { destination } from "./geodesy";

const camera = (lon = 36, zoom = 8) => ({ lat: 36, lon, zoom, width_px: 1000, height_px: 700 });

describe("the camera", () => {
  it("puts its own place in the middle of the screen", () => {
    const [x, y] = project(frameOf(camera()), { lat: 36, lon: 36 });
    expect(x).toBeCloseTo(500, 6);
    expect(y).toBeCloseTo(350, 6);
  });

  it("has north up and east right", () => {
    const frame = frameOf(camera());
    expect(project(frame, { lat: 36.5, lon: 36 })[1]).toBeLessThan(350);
    expect(project(frame, { lat: 36, lon: 36.5 })[0]).toBeGreaterThan(500);
  });

  it("unprojects what it projected", () => {
    const frame = frameOf(camera());
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 700 }), (x, y) => {
        const [px, py] = project(frame, unproject(frame, x, y));
        expect(px).toBeCloseTo(x, 4);
        expect(py).toBeCloseTo(y, 4);
      }),
    );
  });

  it("draws aircraft beyond the date line beside those before it", () => {
    const [x] = project(frameOf(camera(179.9)), { lat: 36, lon: -179.9 });
    expect(x).toBeGreaterThan(500);
    expect(x).toBeLessThan(700);
  });

  it("scales distances as the projection does where it looks", () => {
    const frame = frameOf(camera());
    const [x] = project(frame, destination({ lat: 36, lon: 36 }, 90, 10_000));
    expect(x - 500).toBeCloseTo(10_000 * pxPerMetre(frame, 36), 1);
  });

  it("chooses the zoom at which the span fills the width, within what the base map holds", () => {
    const zoom = zoomForSpan(2, 1000);
    expect((frameOf(camera(36, zoom)).world_px * 2) / 360).toBeCloseTo(1000, 6);
    expect(zoomForSpan(0, 1000)).toBeLessThanOrEqual(15);
    expect(zoomForSpan(360, 1)).toBeGreaterThanOrEqual(2);
  });
});
