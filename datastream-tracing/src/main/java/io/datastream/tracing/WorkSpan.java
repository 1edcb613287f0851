package io.datastream.tracing;

import io.datastream.trace.TraceSpan;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;

/** A span that is the current one of its thread until it ends. */
final class WorkSpan implements TraceSpan {
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> EXCEPTION_TYPE = AttributeKey.stringKey("exception.type");
    private static final AttributeKey<String> EXCEPTION_MESSAGE = AttributeKey.stringKey("exception.message");

    private final Span span;
    private final Scope scope;

    WorkSpan(Span span, Scope scope) {
        this.span = span;
        this.scope = scope;
    }

    /** Not by {@code recordException}, which would take the message, and that in the stack, as they are. */
    @Override
    public void failed(String error, String message) {
        span.setStatus(StatusCode.ERROR, message);
        span.setAttribute(ERROR_TYPE, error);
        span.addEvent("exception", Attributes.of(EXCEPTION_TYPE, error, EXCEPTION_MESSAGE, message));
    }

    @Override
    public void end() {
        try {
            scope.close();
        } finally {
            span.end();
        }
    }
}
