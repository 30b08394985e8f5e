"""Makes a CogView4 pipeline with tiny random weights: `python tiny_cogview.py FOLDER`, in the model's environment."""

import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, CogView4Pipeline, CogView4Transformer2DModel, FlowMatchEulerDiscreteScheduler
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import GlmConfig, GlmModel, PreTrainedTokenizerFast


def tokenizer() -> PreTrainedTokenizerFast:
    """Bytes for tokens, with one before them all as GLM-4's has, so that an empty prompt is not nothing."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = {text: number for number, text in enumerate(["<|endoftext|>", "[gMASK]", *letters])}
    made = Tokenizer(models.BPE(vocab=words, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.post_processor = processors.TemplateProcessing(single="[gMASK] $A", special_tokens=[("[gMASK]", 1)])
    return PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<|endoftext|>", eos_token="<|endoftext|>", padding_side="left"
    )


def main(folder: Path) -> None:
    torch.manual_seed(0)
    encoder = GlmConfig(
        hidden_size=32,
        intermediate_size=8,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=4,
        head_dim=8,
        vocab_size=300,
        pad_token_id=0,
        eos_token_id=0,
    )
    pipe = CogView4Pipeline(
        tokenizer=tokenizer(),
        text_encoder=GlmModel(encoder),
        vae=AutoencoderKL(
            block_out_channels=[8, 8, 8, 8],
            in_channels=3,
            out_channels=3,
            down_block_types=["DownEncoderBlock2D"] * 4,
            up_block_types=["UpDecoderBlock2D"] * 4,
            latent_channels=4,
            norm_num_groups=2,
            sample_size=128,
            use_quant_conv=False,
            use_post_quant_conv=False,
            mid_block_add_attention=False,
        ),
        transformer=CogView4Transformer2DModel(
            patch_size=2,
            in_channels=4,
            num_layers=2,
            attention_head_dim=4,
            num_attention_heads=4,
            out_channels=4,
            text_embed_dim=32,
            time_embed_dim=8,
            condition_dim=4,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(
            base_shift=0.25, max_shift=0.75, base_image_seq_len=256, use_dynamic_shifting=True, time_shift_type="linear"
        ),
    )
    pipe.save_pretrained(folder)


main(Path(sys.argv[1]))
