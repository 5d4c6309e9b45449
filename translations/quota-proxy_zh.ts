<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>service</name>
    <message>
        <source>something follows the end</source>
        <translation>末尾之后还有内容</translation>
    </message>
    <message>
        <source>the text ends too early</source>
        <translation>内容提前结束</translation>
    </message>
    <message>
        <source>a comma or a closing bracket is missing</source>
        <translation>缺少逗号或右括号</translation>
    </message>
    <message>
        <source>a name in double quotes is missing</source>
        <translation>缺少双引号括起的名称</translation>
    </message>
    <message>
        <source>more than 128 levels are nested</source>
        <translation>嵌套超过 128 层</translation>
    </message>
    <message>
        <source>a value is missing</source>
        <translation>缺少值</translation>
    </message>
    <message>
        <source>a colon is missing</source>
        <translation>缺少冒号</translation>
    </message>
    <message>
        <source>a control character stands unescaped in a string</source>
        <translation>字符串中有未转义的控制字符</translation>
    </message>
    <message>
        <source>an escape in a string is not known</source>
        <translation>字符串中有未知的转义</translation>
    </message>
    <message>
        <source>a string is not UTF-8</source>
        <translation>字符串不是 UTF-8</translation>
    </message>
    <message>
        <source>a string is not closed</source>
        <translation>字符串没有结束引号</translation>
    </message>
    <message>
        <source>a number starts with a zero</source>
        <translation>数字以零开头</translation>
    </message>
    <message>
        <source>a number is not whole</source>
        <translation>数字不完整</translation>
    </message>
    <message>
        <source>The body is not JSON: %1 at byte %2.</source>
        <translation>请求体不是 JSON：第 %2 字节处%1。</translation>
    </message>
    <message>
        <source>“%1” must be true or false.</source>
        <translation>“%1”必须是 true 或 false。</translation>
    </message>
    <message>
        <source>“%1” must be an object.</source>
        <translation>“%1”必须是对象。</translation>
    </message>
    <message>
        <source>“%1” must be a whole number from 0; leave it out for the model&apos;s own limit.</source>
        <translation>“%1”必须是不小于 0 的整数；不填则按模型自身的上限。</translation>
    </message>
    <message>
        <source>“%1” must be a string.</source>
        <translation>“%1”必须是字符串。</translation>
    </message>
    <message>
        <source>The body must be a JSON object, in braces.</source>
        <translation>请求体必须是用花括号括起的 JSON 对象。</translation>
    </message>
    <message>
        <source>[Quota Proxy demo] This is the built-in demo, not a language model. Configure a provider to get real answers: in the console under Providers, or with DEEPSEEK_API_KEY and DEEPSEEK_BASE_URL in the service&apos;s settings.</source>
        <translation>【Quota Proxy 演示】这是内置演示，不是语言模型。要得到真正的回答，请配置上游：在控制台的“上游”页面，或在服务设置中填写 DEEPSEEK_API_KEY 和 DEEPSEEK_BASE_URL。</translation>
    </message>
    <message>
        <source>Your message reached it: “%1”</source>
        <translation>已收到您的消息：“%1”</translation>
    </message>
</context>
</TS>
