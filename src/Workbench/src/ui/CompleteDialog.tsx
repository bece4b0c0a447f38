import { Dialog } from "../ui/Dialog.tsx";
import { useDialogKeys } from "./useDialogKeys.ts";

/** Completing makes a document gold, so nothing on it may stay a guess, and Enter pressed twice decides nothing. */
export function CompleteDialog(props: {
  undecided: number;
  onChoose: (rest: "accept" | "reject") => void;
  onClose: () => void;
}) {
  const many = props.undecided !== 1;
  const keyFor = useDialogKeys("complete", (command) => {
    props.onChoose(command === "acceptRest" ? "accept" : "reject");
    return true;
  });
  return (
    <Dialog title="Complete the document" onClose={props.onClose}>
      <p>
        {props.undecided} {many ? "suggestions are" : "suggestion is"} undecided. What becomes of {many ? "them" : "it"}?
      </p>
      <div className="row">
        <button type="button" className="accept" onClick={() => props.onChoose("accept")}>
          Accept {many ? "them" : "it"} <kbd>{keyFor("acceptRest")}</kbd>
        </button>
        <button type="button" className="reject" onClick={() => props.onChoose("reject")}>
          Reject {many ? "them" : "it"} <kbd>{keyFor("rejectRest")}</kbd>
        </button>
        <span className="spacer" />
        <button type="button" className="quiet" data-autofocus onClick={props.onClose}>
          Back <kbd>Esc</kbd>
        </button>
      </div>
    </Dialog>
  );
}
