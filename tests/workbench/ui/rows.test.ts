import { beforeEach, expect, test } from "vitest";
import { openRow, rowWithFocus, stepRow } from "@/ui/rows.ts";

let list: HTMLElement;

beforeEach(() => {
  document.body.innerHTML = `<button id="elsewhere">x</button><table><tbody>
    <tr data-row="one"><td><a href="#/one">one</a></td></tr>
    <tr data-row="two" tabindex="-1"><td>two <button>skip</button></td></tr>
    <tr data-row="three"><td><a href="#/three">three</a></td></tr></tbody></table>`;
  list = document.querySelector("tbody")!;
  HTMLElement.prototype.scrollIntoView = () => undefined;
});

test("the focus goes to the link of a row, or to a row that has none, and stays at the ends", () => {
  const seen = [1, 1, 1, 1, -1, -1, -1].map((by) => {
    stepRow(list, by as 1 | -1);
    return rowWithFocus(list);
  });
  expect(seen).toEqual(["one", "two", "three", "three", "two", "one", "one"]);
  expect(document.activeElement).toBe(list.querySelector("a"));
});

test("a row is that of whatever has the focus in it, and none when it is elsewhere", () => {
  list.querySelector("button")!.focus();
  expect(rowWithFocus(list)).toBe("two");
  document.getElementById("elsewhere")!.focus();
  expect(rowWithFocus(list)).toBeUndefined();
});

test("opening follows the link of the row; without one, or without a list, nothing is opened", () => {
  const followed: (string | null)[] = [];
  list.addEventListener("click", (event) => followed.push((event.target as Element).getAttribute("href")));
  stepRow(list, 1);
  expect(openRow(list)).toBe(true);
  expect(followed).toEqual(["#/one"]);
  stepRow(list, 1);
  expect(openRow(list)).toBe(false);
  expect(openRow(null)).toBe(false);
  expect(rowWithFocus(null)).toBeUndefined();
});
