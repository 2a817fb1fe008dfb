// What the tests of pieces need that the simulated browser lacks. Never fakes the server or the product's own code.
import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';
import { begin } from './text';

await begin('en');

window.matchMedia = (query: string) =>
  ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
    dispatchEvent: () => false,
    onchange: null,
  }) as MediaQueryList;

const styles = window.getComputedStyle.bind(window);
// Pseudo elements are not simulated, and asking for them is noise.
window.getComputedStyle = (element) => styles(element);

globalThis.ResizeObserver = class {
  observe() {
    return undefined;
  }
  unobserve() {
    return undefined;
  }
  disconnect() {
    return undefined;
  }
};

afterEach(cleanup);
