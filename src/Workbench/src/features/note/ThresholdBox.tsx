import { highest, lowest, type useThreshold } from "./useThreshold.ts";

export const ThresholdBox = (props: { threshold: ReturnType<typeof useThreshold>; acceptKey: string | undefined; onAccept: () => void }) => (
  <section className="threshold">
    <label htmlFor="threshold">
      Accept all at or above <strong className="numbers">{props.threshold.value.toFixed(2)}</strong>
    </label>
    <div className="row">
      <input
        id="threshold"
        type="range"
        min={lowest}
        max={highest}
        step={0.01}
        value={props.threshold.value}
        onChange={(event) => props.threshold.set(Number(event.target.value))}
      />
      <button type="button" disabled={props.threshold.sure === 0} onClick={props.onAccept}>
        Accept {props.threshold.sure} {props.acceptKey && <kbd>{props.acceptKey}</kbd>}
      </button>
    </div>
  </section>
);
