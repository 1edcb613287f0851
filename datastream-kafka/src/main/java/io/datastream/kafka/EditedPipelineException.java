package io.datastream.kafka;

/** The definition does not fit what the pipeline left at its last run. Trying again does not help. */
final class EditedPipelineException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    EditedPipelineException(String message) {
        super(message);
    }
}
