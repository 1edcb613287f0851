package io.datastream;

import io.datastream.codec.Codec;
import io.datastream.processor.Processor;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineRuntime;
import io.datastream.sink.Sink;
import io.datastream.sink.Sinks;
import io.datastream.sink.TopicSink;
import io.datastream.source.TopicSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A named application: processors wired by topics, each between one topic and another. The front door for the shortest
 * programs, and for services whose parts are deployed one by one.
 *
 * <pre>{@code
 * DataStream app = DataStream.named("MyPipeline");
 * app.registerProcessor("double_numbers", JsonCodec.of(Integer.class), n -> n * 2, "input", "double");
 * app.streamData(List.of(1, 2, 3), "input");
 * PipelineController controller = app.start(); // with no sink attached, prints what leaves
 * }</pre>
 *
 * <p>Not safe for use by several threads.
 */
public final class DataStream {
    private final String name;
    private final PipelineRuntime runtime;
    private final Map<String, Stage<?, ?>> processors = new HashMap<>();
    private final List<String> order = new ArrayList<>();
    private final Map<String, Codec<Object>> codecs = new HashMap<>();
    private final Map<String, Sink<Object>> sinks = new HashMap<>();

    /** A processor between two topics. */
    private record Stage<I, O>(
            String name, Processor<? super I, ? extends O> processor, String inputTopic, String outputTopic) {}

    private DataStream(String name, PipelineRuntime runtime) {
        this.name = name;
        this.runtime = runtime;
    }

    /** An application whose topics live in this JVM. */
    public static DataStream named(String name) {
        return named(name, LocalRuntime.create());
    }

    /** An application whose topics are those of a runtime. */
    public static DataStream named(String name, PipelineRuntime runtime) {
        return new DataStream(name, runtime);
    }

    /**
     * Puts a processor between two topics that hold the same kind of values.
     *
     * @param name unique within the application
     * @param codec of the values of both topics
     * @throws IllegalArgumentException if the name is taken, or a topic is known with another codec
     */
    public <T> DataStream registerProcessor(
            String name,
            Codec<T> codec,
            Processor<? super T, ? extends T> processor,
            String inputTopic,
            String outputTopic) {
        return registerProcessor(name, codec, processor, inputTopic, codec, outputTopic);
    }

    /**
     * Puts a processor between two topics.
     *
     * @param name unique within the application
     * @throws IllegalArgumentException if the name is taken, or a topic is known with another codec
     */
    public <I, O> DataStream registerProcessor(
            String name,
            Codec<I> inputCodec,
            Processor<? super I, ? extends O> processor,
            String inputTopic,
            Codec<O> outputCodec,
            String outputTopic) {
        if (processors.containsKey(name)) {
            throw new IllegalArgumentException("processor: \"" + name + "\" is registered (expected: a new name)");
        }
        if (inputTopic.equals(outputTopic)) {
            throw new IllegalArgumentException(
                    "processor \"" + name + "\": reads and writes topic " + inputTopic + " (expected: two topics)");
        }
        bind(inputTopic, inputCodec);
        bind(outputTopic, outputCodec);
        processors.put(name, new Stage<>(name, processor, inputTopic, outputTopic));
        order.add(name);
        return this;
    }

    @SuppressWarnings("unchecked")
    private void bind(String topic, Codec<?> codec) {
        Codec<Object> known = codecs.putIfAbsent(topic, (Codec<Object>) codec);
        if (known != null && known != codec && !known.format().equals(codec.format())) {
            throw new IllegalArgumentException("topic " + topic + ": its values are " + known.format()
                    + " already, not " + codec.format() + " (expected: one codec for a topic)");
        }
    }

    /**
     * Sends what is written to a topic to a sink as well.
     *
     * @throws IllegalArgumentException if no registered processor writes the topic
     */
    @SuppressWarnings("unchecked")
    public <T> DataStream attachSink(String topic, Sink<? super T> sink) {
        if (processors.values().stream().noneMatch(stage -> stage.outputTopic().equals(topic))) {
            throw new IllegalArgumentException(
                    "topic: " + topic + " (expected: one that a registered processor writes)");
        }
        sinks.put(topic, (Sink<Object>) (Sink<?>) sink);
        return this;
    }

    /**
     * Appends values to a topic. Returns when they are durable; they are processed once the application is started.
     *
     * @throws IllegalArgumentException if no registered processor reads or writes the topic, so that its codec is unknown
     */
    public DataStream streamData(Iterable<?> data, String topic) {
        Codec<Object> codec = codecs.get(topic);
        if (codec == null) {
            throw new IllegalArgumentException("topic: " + topic + " (expected: one of a registered processor, which"
                    + " says how its values are written: " + codecs.keySet() + ")");
        }
        runtime.publish(topic, codec, data);
        return this;
    }

    /**
     * Starts all processors as one pipeline. What is written to a topic that no processor reads and no sink is attached
     * to is printed as well.
     *
     * @throws IllegalStateException if no processor is registered
     */
    public PipelineController start() {
        return runtime.start(pipeline());
    }

    private Pipeline pipeline() {
        Set<String> read = new HashSet<>();
        processors.values().forEach(stage -> read.add(stage.inputTopic()));
        Map<String, Stream<Object>> inputs = new HashMap<>();
        Pipeline whole = null;
        for (String processor : order) {
            Stage<?, ?> stage = processors.get(processor);
            if (stage == null) {
                throw new IllegalStateException("processor " + processor + " is gone");
            }
            Stream<Object> input = inputs.computeIfAbsent(stage.inputTopic(), this::source);
            Stream<Object> results = process(stage, input);
            whole = and(whole, results.to(TopicSink.of(stage.outputTopic(), codec(stage.outputTopic()))));
            Sink<Object> sink = sinks.get(stage.outputTopic());
            if (sink != null) {
                whole = and(whole, results.to(sink));
            } else if (sinks.isEmpty() && !read.contains(stage.outputTopic())) {
                String prefix = stage.outputTopic() + ": ";
                whole = and(whole, results.to(Sinks.console(value -> prefix + value)));
            }
        }
        if (whole == null) {
            throw new IllegalStateException("start of \"" + name
                    + "\": no processor is registered (expected: registerProcessor(...) before start())");
        }
        return whole.named(name);
    }

    private Stream<Object> source(String topic) {
        return Pipeline.from(TopicSource.<Object>of(topic, codec(topic)).logTime());
    }

    @SuppressWarnings("unchecked")
    private static Stream<Object> process(Stage<?, ?> stage, Stream<Object> input) {
        return input.<Object>process((Processor<Object, Object>) stage.processor())
                .named(stage.name());
    }

    private Codec<Object> codec(String topic) {
        Codec<Object> codec = codecs.get(topic);
        if (codec == null) {
            throw new IllegalStateException("topic " + topic + " has no codec");
        }
        return codec;
    }

    private static Pipeline and(@Nullable Pipeline whole, Pipeline part) {
        return whole == null ? part : whole.and(part);
    }
}
