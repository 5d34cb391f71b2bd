package org.fascicle.runtime.golden;

import java.util.Set;

/** What has no counterpart yet: a plug-in that comes must bring its cases, or its name, here. */
final class NotThere {
    /** Plug-ins for which the golden files have no numbers, as {@code kind name}. */
    static final Set<String> GOLDEN_NUMBERS = Set.of("schedule constant");

    /** Operations of the golden files for which there is no plug-in, file by file. */
    static final Set<String> OPERATIONS = Set.of("""
            abs, celu, cube, exponential, gaussian, gelu, hard_shrink, hard_sigmoid, hard_swish, hard_tanh,
            log_sigmoid, mish, rational_tanh, relu6, scaled_tanh, selu, silu, sine, soft_shrink, softsign, square,
            squareplus, swish, tanh_shrink, threshold, thresholded_relu,
            glu, softmin, sparsemax,
            affine, crop, flip, gamma,
            embedding, multi_head_attention, positional_encoding, scaled_dot_product_attention,
            transformer_encoder_block,
            conv1d, conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d, locally_connected2d,
            separable_conv2d,
            bilinear,
            batch_norm, group_norm, instance_norm, l2_normalize, layer_norm, local_response_norm, rms_norm,
            adaptive_avg_pool2d, adaptive_max_pool2d, avg_pool1d, avg_pool3d, lp_pool2d, max_pool1d, max_pool3d,
            gru, gru_reset_before, lstm, lstm_peephole, simple_rnn,
            average, cropping2d, depth_to_space, divide, graph_convolution, matmul, maximum, minimum, multiply,
            permute, reduce_l2, reduce_logsumexp, reduce_max, reduce_mean, reduce_sum, reduce_var,
            reflection_padding2d, repeat_vector, replication_padding2d, residual_block, resize2d, slice, squeeze,
            subtract, upsampling2d, zero_padding2d,
            focal_binary, hinge, squared_hinge,
            categorical_hinge, focal_categorical, kl_div, nll,
            contrastive, cosine, ctc, poisson, triplet,
            huber, log_cosh, mape, msle, smooth_l1,
            lr_cosine_restarts, lr_cyclic, lr_inv, lr_multi_step, lr_noam, lr_one_cycle, lr_plateau, lr_polynomial,
            lr_sigmoid_decay, lr_warmup_cosine, lr_warmup_linear,
            metrics_binary_score average_precision, metrics_binary_score brier, metrics_binary_score log_loss,
            metrics_binary_score roc_auc,
            metrics_multiclass cohen_kappa, metrics_multiclass f1_macro, metrics_multiclass f1_micro,
            metrics_multiclass f1_weighted, metrics_multiclass mcc, metrics_multiclass precision_macro,
            metrics_multiclass precision_micro, metrics_multiclass precision_weighted,
            metrics_multiclass recall_macro, metrics_multiclass recall_micro, metrics_multiclass recall_weighted,
            metrics_regression explained_variance, metrics_regression r2,
            optimizer adabelief, optimizer adadelta, optimizer adagrad, optimizer adamax, optimizer ftrl,
            optimizer lamb, optimizer lion, optimizer nadam, optimizer radam, optimizer rmsprop, optimizer rprop,
            featurewise_standardise, minmax, one_hot, pca, rescale, samplewise_standardise, zca
            """.strip().split(",\\s+"));

    private NotThere() {}
}
