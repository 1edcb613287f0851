package io.datastream.tracing;

import io.datastream.topic.RecordHeader;
import io.datastream.trace.Trace;
import io.datastream.trace.Tracing;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spans of OpenTelemetry for records whose headers say a sampled trace, read by the propagators that an
 * {@link OpenTelemetry} has: those of the W3C, such as {@code traceparent}, or others.
 *
 * <p>A stage that reads such a record makes one span, a child of the span that the headers name; a step for which a record
 * has waited makes another one. What the record leads to without a window in between has the headers on: those of its
 * trace as they came, not with the ids of the new spans. So a run that is repeated writes the same bytes, and in a trace
 * the spans of all stages lie side by side, in order of time, below the span of who wrote the record first.
 *
 * <p>A record without a trace, or with one that is not sampled, gets nothing. No trace is begun here.
 *
 * <p>Names and attributes are those of OpenTelemetry's conventions for messages, with {@code datastream.pipeline},
 * {@code datastream.stage} and {@code datastream.step}. While it lasts a span is the current one of its thread.
 *
 * <p>Immutable and safe for use by several threads, as the {@link OpenTelemetry} is.
 */
public final class OpenTelemetryTracing implements Tracing {
    private static final Logger LOG = LoggerFactory.getLogger(OpenTelemetryTracing.class);
    private static final String SCOPE = "io.datastream";

    private final Tracer tracer;
    private final TextMapPropagator propagator;

    private OpenTelemetryTracing(Tracer tracer, TextMapPropagator propagator) {
        this.tracer = tracer;
        this.propagator = propagator;
    }

    /**
     * Spans for this OpenTelemetry. One without propagators, as an SDK has them unless they are set, finds no trace in any
     * header; that is logged.
     */
    public static OpenTelemetryTracing of(OpenTelemetry openTelemetry) {
        TextMapPropagator propagator = openTelemetry.getPropagators().getTextMapPropagator();
        if (propagator.fields().isEmpty()) {
            LOG.warn("tracing: the OpenTelemetry has no propagator, so no header is read and no span is made (expected:"
                    + " such as setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance())))");
        }
        return new OpenTelemetryTracing(openTelemetry.getTracer(SCOPE), propagator);
    }

    @Override
    public Collection<String> headerNames() {
        return propagator.fields();
    }

    @Override
    public @Nullable Trace trace(List<RecordHeader> headers) {
        Context context = propagator.extract(Context.root(), headers, Found.GETTER);
        SpanContext parent = Span.fromContext(context).getSpanContext();
        return parent.isValid() && parent.isSampled() ? new RemoteTrace(tracer, propagator, context) : null;
    }

    /** Headers as propagators ask for them. */
    private static final class Found implements TextMapGetter<List<RecordHeader>> {
        static final Found GETTER = new Found();

        @Override
        public @Nullable String get(@Nullable List<RecordHeader> headers, String name) {
            if (headers != null) {
                for (RecordHeader header : headers) {
                    if (header.name().equals(name)) {
                        return header.text();
                    }
                }
            }
            return null;
        }
    }
}
