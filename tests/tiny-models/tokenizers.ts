// Real tokenizers over tiny vocabularies: WordPiece as BERT has it, byte-level BPE as CLIP has it.

/** A `tokenizer.json` and its `tokenizer_config.json`. */
export interface TokenizerFiles {
  readonly vocabulary: number
  readonly files: Readonly<Record<string, unknown>>
}

const words = 'a red blue green circle square cat dog the on white paper gato duerme query : passage'.split(
  ' ',
)

/** Words, pieces of words, single letters and Han characters; `[CLS] … [SEP]`. */
export function wordPiece(longest: number): TokenizerFiles {
  const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789']
  const han = [...'红蓝绿圆方猫狗窗外下着小雨屋里很安静']
  const marks = [...'.,;:?!，。']
  const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
  const tokens = [
    ...specials,
    ...words,
    ...letters,
    ...letters.map((letter) => `##${letter}`),
    ...han,
    ...marks,
  ]
  const vocab = Object.fromEntries([...new Set(tokens)].map((token, id) => [token, id]))
  const special = (token: string) => ({ id: token, ids: [vocab[token]], tokens: [token] })
  return {
    vocabulary: Object.keys(vocab).length,
    files: {
      'tokenizer.json': {
        version: '1.0',
        truncation: null,
        padding: null,
        added_tokens: specials.map(addedToken(vocab)),
        normalizer: {
          type: 'BertNormalizer',
          clean_text: true,
          handle_chinese_chars: true,
          strip_accents: null,
          lowercase: true,
        },
        pre_tokenizer: { type: 'BertPreTokenizer' },
        post_processor: {
          type: 'TemplateProcessing',
          single: [
            { SpecialToken: { id: '[CLS]', type_id: 0 } },
            { Sequence: { id: 'A', type_id: 0 } },
            { SpecialToken: { id: '[SEP]', type_id: 0 } },
          ],
          pair: [],
          special_tokens: { '[CLS]': special('[CLS]'), '[SEP]': special('[SEP]') },
        },
        decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
        model: {
          type: 'WordPiece',
          unk_token: '[UNK]',
          continuing_subword_prefix: '##',
          max_input_chars_per_word: 100,
          vocab,
        },
      },
      'tokenizer_config.json': {
        tokenizer_class: 'BertTokenizer',
        do_lower_case: true,
        model_max_length: longest,
        pad_token: '[PAD]',
        unk_token: '[UNK]',
        cls_token: '[CLS]',
        sep_token: '[SEP]',
        mask_token: '[MASK]',
      },
    },
  }
}

/** Every byte, with and without the end of a word, and merges that make a few words; `<|startoftext|> … <|endoftext|>`. */
export function byteLevelBpe(longest: number): TokenizerFiles {
  const bytes = byteCharacters()
  const merges: [string, string][] = []
  const tokens = [...bytes, ...bytes.map((byte) => `${byte}</w>`)]
  for (const word of words.filter((one) => /^[a-z]{2,}$/.test(one))) {
    const pieces = [...word]
    pieces[pieces.length - 1] += '</w>'
    for (let left = pieces[0], k = 1; k < pieces.length; k++) {
      merges.push([left, pieces[k]])
      left += pieces[k]
      tokens.push(left)
    }
  }
  const specials = ['<|startoftext|>', '<|endoftext|>']
  const vocab = Object.fromEntries([...new Set([...tokens, ...specials])].map((token, id) => [token, id]))
  const uniqueMerges = [...new Map(merges.map((merge) => [merge.join(' '), merge])).keys()]
  const [start, end] = specials
  return {
    vocabulary: Object.keys(vocab).length,
    files: {
      'tokenizer.json': {
        version: '1.0',
        truncation: null,
        padding: null,
        added_tokens: specials.map(addedToken(vocab)),
        normalizer: {
          type: 'Sequence',
          normalizers: [
            { type: 'NFC' },
            { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
            { type: 'Lowercase' },
          ],
        },
        pre_tokenizer: {
          type: 'Sequence',
          pretokenizers: [
            {
              type: 'Split',
              pattern: {
                Regex:
                  "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
              },
              behavior: 'Removed',
              invert: true,
            },
            { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
          ],
        },
        post_processor: {
          type: 'RobertaProcessing',
          sep: [end, vocab[end]],
          cls: [start, vocab[start]],
          trim_offsets: false,
          add_prefix_space: false,
        },
        decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true },
        model: {
          type: 'BPE',
          dropout: null,
          unk_token: end,
          continuing_subword_prefix: '',
          end_of_word_suffix: '</w>',
          fuse_unk: false,
          vocab,
          merges: uniqueMerges,
        },
      },
      'tokenizer_config.json': {
        tokenizer_class: 'CLIPTokenizer',
        do_lower_case: true,
        model_max_length: longest,
        bos_token: start,
        eos_token: end,
        pad_token: end,
        unk_token: end,
      },
    },
  }
}

function addedToken(vocab: Readonly<Record<string, number>>) {
  return (content: string) => ({
    id: vocab[content],
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })
}

/** GPT-2's stand-ins for all 256 bytes: printable ones as they are, the others from 256 on. */
function byteCharacters(): string[] {
  const isPrintable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++))
}
