package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.kafka.internal.RefusedException;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineState;
import io.datastream.runtime.RestartPolicy;
import io.datastream.testkit.Await;
import io.datastream.testkit.SecureKafka;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rights that are withdrawn while a pipeline runs, and granted again. */
@Timeout(120)
class RightsIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final String USER = "alice";
    private static SecureKafka secure;

    /** A right without which a pipeline cannot go on. */
    private enum Right {
        TO_READ_THE_INPUT(ResourceType.TOPIC, "", AclOperation.READ, "no Read on topic \"%s\""),
        TO_WRITE_RESULTS(ResourceType.TOPIC, "-averages", AclOperation.WRITE, "no Write on topic \"%s-averages\""),
        TO_COMMIT(ResourceType.GROUP, "", AclOperation.READ, "no Read on group \"%s\""),
        TO_USE_TRANSACTIONS(
                ResourceType.TRANSACTIONAL_ID,
                "-only-0",
                AclOperation.WRITE,
                "no Write on transactional ids that begin with \"%s-\"");

        private final ResourceType type;
        private final String suffix;
        private final AclOperation operation;
        private final String error;

        Right(ResourceType type, String suffix, AclOperation operation, String error) {
            this.type = type;
            this.suffix = suffix;
            this.operation = operation;
            this.error = error;
        }

        private ResourcePattern of(String flow) {
            return new ResourcePattern(type, flow + suffix, PatternType.LITERAL);
        }
    }

    @BeforeAll
    static void startBroker() {
        secure = SecureKafka.start();
        secure.addUser(USER, "wonderland");
    }

    @AfterAll
    static void stopBroker() {
        secure.close();
    }

    private static KafkaRuntime runtime() {
        return KafkaRuntime.at(secure.address(SecureKafka.Listener.SASL_PLAINTEXT))
                .withInstance("only")
                .withProperty("security.protocol", "SASL_PLAINTEXT")
                .withProperty("sasl.mechanism", "SCRAM-SHA-256")
                .withProperty(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + USER
                                + "\" password=\"wonderland\";")
                .withCommitInterval(Duration.ofMillis(20))
                .withProperty("max.poll.records", "20")
                .withRestarts(RestartPolicy.upTo(2).withBackoff(Duration.ofMillis(100)));
    }

    private static ResourcePattern topic(String name) {
        return new ResourcePattern(ResourceType.TOPIC, name, PatternType.LITERAL);
    }

    /** Each right by itself, so that one of them can be withdrawn. */
    private static void allow(String flow) {
        ResourcePattern all = new ResourcePattern(ResourceType.TOPIC, flow, PatternType.PREFIXED);
        secure.allow(USER, all, AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS, AclOperation.CREATE);
        for (String suffix : List.of("-tumbling-PT0.1S-sum-exchange", "-tumbling-PT0.1S-sum-exchange-changelog")) {
            secure.allow(USER, topic(flow + suffix), AclOperation.READ, AclOperation.WRITE, AclOperation.DELETE);
        }
        secure.allow(USER, topic(flow + "-sums"), AclOperation.WRITE);
        ResourcePattern group = new ResourcePattern(ResourceType.GROUP, flow, PatternType.LITERAL);
        secure.allow(USER, group, AclOperation.DESCRIBE);
        for (Right right : Right.values()) {
            secure.allow(USER, right.of(flow), right.operation);
        }
    }

    @ParameterizedTest
    @EnumSource(Right.class)
    void failsWithOneCauseWithoutARightAndGoesOnExactlyWhenItIsGrantedAgain(Right right) throws Exception {
        String name = right.name().toLowerCase(Locale.ROOT).replace('_', '-');
        Flow flow = new Flow(name, 20, 3_000).on(secure.broker());
        flow.produce(secure.broker(), 500);
        allow(name);
        try (PipelineController controller = runtime().start(flow.pipeline)) {
            Await.until("results, " + controller.status(), SOON, () -> flow.results(secure.broker()) > 200);
            secure.withdraw(USER, right.of(name), right.operation);
            flow.produce(secure.broker(), 1_500);
            Await.until("the end", SOON, () -> controller.state().isFinal());
            assertThat(controller.state()).isEqualTo(PipelineState.FAILED);
            assertThat(controller.failure().orElseThrow())
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(right.error.formatted(name));
            assertThat(controller.status().restarts()).isZero(); // they would not help
        }
        secure.allow(USER, right.of(name), right.operation);
        flow.finish(secure.broker(), runtime());
    }
}
