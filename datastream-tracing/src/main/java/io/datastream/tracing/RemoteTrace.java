package io.datastream.tracing;

import io.datastream.topic.RecordHeader;
import io.datastream.trace.Trace;
import io.datastream.trace.TraceSpan;
import io.datastream.trace.TracedWork;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.ArrayList;
import java.util.List;

/** The trace that the headers of a record named. */
final class RemoteTrace implements Trace {
    private static final String PROCESS = "process";
    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation.name");
    private static final AttributeKey<String> OPERATION_TYPE = AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> PARTITION = AttributeKey.stringKey("messaging.destination.partition.id");
    private static final AttributeKey<String> GROUP = AttributeKey.stringKey("messaging.consumer.group.name");
    private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
    private static final AttributeKey<String> PIPELINE = AttributeKey.stringKey("datastream.pipeline");
    private static final AttributeKey<String> STAGE = AttributeKey.stringKey("datastream.stage");
    private static final AttributeKey<String> STEP = AttributeKey.stringKey("datastream.step");

    private final Tracer tracer;
    private final TextMapPropagator propagator;
    private final Context context;

    RemoteTrace(Tracer tracer, TextMapPropagator propagator, Context context) {
        this.tracer = tracer;
        this.propagator = propagator;
        this.context = context;
    }

    @Override
    public List<RecordHeader> headers() {
        List<RecordHeader> headers = new ArrayList<>();
        propagator.inject(context, headers, (all, name, value) -> {
            if (all != null) {
                all.add(RecordHeader.of(name, value));
            }
        });
        return headers;
    }

    /** The scope of the span is closed when the span ends. */
    @Override
    @SuppressWarnings("MustBeClosedChecker")
    public TraceSpan begin(TracedWork work) {
        SpanBuilder builder = tracer.spanBuilder(PROCESS + " " + (work.step() == null ? work.topic() : work.step()))
                .setParent(context)
                .setSpanKind(work.step() == null ? SpanKind.CONSUMER : SpanKind.INTERNAL)
                .setAttribute(SYSTEM, "kafka")
                .setAttribute(OPERATION, PROCESS)
                .setAttribute(OPERATION_TYPE, PROCESS)
                .setAttribute(DESTINATION, work.topic())
                .setAttribute(PARTITION, String.valueOf(work.partition()))
                .setAttribute(OFFSET, work.offset())
                .setAttribute(GROUP, work.group())
                .setAttribute(PIPELINE, work.pipeline())
                .setAttribute(STAGE, work.stage());
        if (work.step() != null) {
            builder.setAttribute(STEP, work.step());
        }
        Span span = builder.startSpan();
        return new WorkSpan(span, context.with(span).makeCurrent());
    }
}
