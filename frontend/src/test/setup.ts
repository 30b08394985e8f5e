// What every unit test starts with.
import "@testing-library/jest-dom/vitest";
