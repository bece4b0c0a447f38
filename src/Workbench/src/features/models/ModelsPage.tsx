import type { Project } from "../../api/types.ts";
import { Empty } from "../../ui/parts.tsx";

export const ModelsPage = (props: { project: Project }) => <Empty title={`No model has been trained in ${props.project.name}`} />;
